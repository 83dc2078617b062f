"""Invented names, plausible and in several languages: the same code always gets the same name.

The real data set is anonymous. Nobody named here exists; any likeness to a company is chance.
"""

import hashlib
from dataclasses import dataclass

_TRADES = {
    "PRT": (
        ("Atlântico", "Serra", "Tejo", "Mondego", "Lusa", "Farol", "Cais", "Monsanto", "Oriente", "Alvor", "Douro", "Arrábida"),
        ("Engenharia", "Seguros", "Consultores", "Têxteis", "Construções", "Energia", "Logística", "Cortiças", "Vinhos", "Telecom"),
        ("Lda.", "S.A."),
    ),
    "ESP": (
        ("Ibérica", "Sierra", "Levante", "Duero", "Costa", "Montaña", "Alba", "Norteña", "Castaño", "Miramar"),
        ("Ingeniería", "Seguros", "Transportes", "Aceites", "Construcciones", "Energía", "Consultores", "Cerámica"),
        ("S.L.", "S.A."),
    ),
    "FRA": (
        ("Rivage", "Beaumont", "Clairval", "Lumière", "Garonne", "Mistral", "Bellecour", "Vaugirard"),
        ("Ingénierie", "Assurances", "Conseil", "Textiles", "Énergies", "Transports", "Aéronautique"),
        ("SARL", "SAS"),
    ),
    "DEU": (
        ("Nordlicht", "Rheintal", "Bergmann", "Weser", "Falkenhof", "Grünwald", "Lindner", "Havel"),
        ("Maschinenbau", "Versicherung", "Beratung", "Elektrotechnik", "Logistik", "Chemie", "Messtechnik"),
        ("GmbH", "AG"),
    ),
    "GBR": (
        ("Ashdown", "Kestrel", "Northgate", "Pembury", "Wexcombe", "Larkfield", "Hollins", "Marchmont"),
        ("Engineering", "Insurance", "Consulting", "Shipping", "Energy", "Software", "Instruments"),
        ("Ltd", "plc"),
    ),
    "ITA": (
        ("Adriatica", "Monviso", "Lambro", "Ponente", "Serafini", "Vesta", "Aurora"),
        ("Ingegneria", "Assicurazioni", "Tessuti", "Trasporti", "Energia", "Ceramiche", "Consulenza"),
        ("S.r.l.", "S.p.A."),
    ),
    "RUS": (
        ("Северная звезда", "Кедр", "Волга", "Заря", "Меридиан", "Гранит", "Полюс"),
        ("Инжиниринг", "Страхование", "Консалтинг", "Логистика", "Энергия", "Приборы"),
        ("ООО", "АО"),
    ),
    "NLD": (
        ("Zuiderzee", "Westland", "De Molen", "Maasvlakte", "Oranjehof"),
        ("Techniek", "Verzekeringen", "Advies", "Transport", "Energie"),
        ("B.V.", "N.V."),
    ),
}  # fmt: skip
_COUNTRIES = ("PRT", "PRT", "PRT", "ESP", "FRA", "DEU", "GBR", "ITA", "RUS", "NLD")
_GIVEN = {
    "PRT": ("Inês", "Tiago", "Marta", "Rui", "Beatriz", "Nuno", "Catarina", "Duarte"),
    "ESP": ("Lucía", "Javier", "Carmen", "Álvaro", "Elena", "Pablo"),
    "FRA": ("Camille", "Julien", "Élodie", "Mathieu", "Claire", "Hugo"),
    "DEU": ("Katrin", "Jörg", "Anke", "Lukas", "Ulrike", "Sören"),
    "GBR": ("Emma", "Oliver", "Harriet", "James", "Fiona", "George"),
    "ITA": ("Chiara", "Marco", "Giulia", "Paolo", "Elisa", "Luca"),
    "RUS": ("Ольга", "Пётр", "Наталья", "Алексей", "Юлия", "Сергей"),
    "NLD": ("Sanne", "Daan", "Femke", "Bram", "Lotte", "Jeroen"),
}
_FAMILY = {
    "PRT": ("Figueiredo", "Sousa", "Antunes", "Carvalhal", "Brandão", "Quintela"),
    "ESP": ("Ibáñez", "Rueda", "Castellanos", "Ferrer", "Quiroga", "Salinas"),
    "FRA": ("Delacourt", "Mercier", "Rousselle", "Lefort", "Chabrol", "Vasseur"),
    "DEU": ("Hoffmeister", "Brandt", "Kühn", "Lorenz", "Weidemann", "Groß"),
    "GBR": ("Whitcombe", "Hartley", "Pryce", "Langford", "Osborne", "Tennant"),
    "ITA": ("Bianchetti", "Moretti", "Galli", "Ferraro", "Rinaldi", "Conte"),
    "RUS": ("Ёлкина", "Щербаков", "Воронцова", "Савельев", "Журавлёва", "Кузьмин"),
    "NLD": ("van Dijkstra", "Vermeer", "de Ruiter", "Hoekstra", "Bakker", "Mulder"),
}


@dataclass(frozen=True, slots=True)
class CompanyName:
    """An invented company: its name and the country it might be from (ISO 3166 alpha-3)."""

    name: str
    country: str


def company(code: str) -> CompanyName:
    """The company behind a code of the data set; two codes may never share a name, so the code decides the place too."""
    seed = _seed("company", code)
    country = _COUNTRIES[seed % len(_COUNTRIES)]
    words, trades, forms = _TRADES[country]
    word, trade = _pick(words, seed >> 8), _pick(trades, seed >> 20)
    form = _pick(forms, seed >> 32)
    name = f"{form} «{word} {trade}»" if country == "RUS" else f"{word} {trade} {form}"
    return CompanyName(name, country)


def companies(codes: list[str]) -> dict[str, CompanyName]:
    """The companies behind all codes, each name once: a second bearer is told apart by a number."""
    found: dict[str, CompanyName] = {}
    bearers: dict[str, int] = {}
    for code in sorted(codes, key=lambda text: (len(text), text)):
        named = company(code)
        bearers[named.name] = bearers.get(named.name, 0) + 1
        number = bearers[named.name]
        found[code] = named if number == 1 else CompanyName(f"{named.name} {_roman(number)}", named.country)
    return found


def traveller(code: str, number: int, country: str) -> str:
    """The name of a company's traveller."""
    seed = _seed("traveller", f"{code}/{number}")
    return f"{_pick(_GIVEN[country], seed)} {_pick(_FAMILY[country], seed >> 12)}"


def _seed(kind: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{kind}/{text}".encode()).digest()[:8], "big")


def _pick(words: tuple[str, ...], seed: int) -> str:
    return words[seed % len(words)]


def _roman(number: int) -> str:
    return ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[number]

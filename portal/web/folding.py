"""Keys under which a name can be found, whatever alphabet or keyboard layout it is typed in."""

import unicodedata

import iuliia
from anyascii import anyascii

_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю."
# The capitals Ё Х Ъ Ж Э Б Ю lie under signs that have no lower case of their own.
_LATIN_SHIFTED = '~{}:"<>'
_RUSSIAN_SHIFTED = "ёхъжэбю"
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS + _LATIN_SHIFTED, _RUSSIAN_KEYS + _RUSSIAN_SHIFTED)
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)


def fold(text: str) -> str:
    """Lower case, ё as е, letters and digits only, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def search_key(text: str) -> str:
    """All the forms under which a text shall be found; stored beside it."""
    return " ".join(folded_forms(text))


def folded_forms(text: str) -> tuple[str, ...]:
    """A text in its own alphabet, as passports spell it, and letter by letter; each once."""
    return tuple(dict.fromkeys((fold(text), fold(_in_passports(text)), fold(anyascii(text)))))


def query_forms(query: str) -> tuple[str, ...]:
    """What a query may have meant: as typed, as typed in the other keyboard layout, and spelt in Latin."""
    lowered = query.casefold()
    meant = (query, lowered.translate(_TO_RUSSIAN), lowered.translate(_TO_LATIN))
    spelt = [spell(text) for text in meant[:2] for spell in (anyascii, _in_passports)]
    return tuple(form for form in dict.fromkeys(fold(text) for text in (*meant, *spelt)) if form)


def _in_passports(text: str) -> str:
    return str(iuliia.ICAO_DOC_9303.translate(text))

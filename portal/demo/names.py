"""Invented names, plausible and in several languages: the same code always gets the same name.

The real data set is anonymous. Nobody named here exists; any likeness to a company is chance.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_WORDS = json.loads((Path(__file__).parent / "names.json").read_text(encoding="utf-8"))
_NUMERALS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """An invented company: its name and the country it might be from (ISO 3166 alpha-3)."""

    name: str
    country: str


def company(code: str) -> CompanyName:
    """The company behind a code of the data set."""
    seed = _seed("company", code)
    country = _pick(_WORDS["countries"], seed)
    parts = _WORDS["trades"][country]
    word, trade = _pick(parts["words"], seed >> 8), _pick(parts["trades"], seed >> 20)
    form = _pick(parts["forms"], seed >> 32)
    name = f"{form} «{word} {trade}»" if country == "RUS" else f"{word} {trade} {form}"
    return CompanyName(name, country)


def companies(codes: list[str], *, first: Sequence[str] = ()) -> dict[str, CompanyName]:
    """The companies behind all codes, each name once: who comes after the first bearer gets a number."""
    found: dict[str, CompanyName] = {}
    bearers: dict[str, int] = {}
    for code in sorted(codes, key=lambda text: (text not in first, len(text), text)):
        named = company(code)
        bearers[named.name] = bearers.get(named.name, 0) + 1
        number = bearers[named.name]
        found[code] = (
            named if number == 1 else CompanyName(f"{named.name} {_NUMERALS[number]}", named.country)
        )
    return found


def traveller(code: str, number: int, country: str) -> str:
    """The name of a company's traveller."""
    seed = _seed("traveller", f"{code}/{number}")
    return f"{_pick(_WORDS['given'][country], seed)} {_pick(_WORDS['family'][country], seed >> 12)}"


def _seed(kind: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{kind}/{text}".encode()).digest()[:8], "big")


def _pick(words: Sequence[str], seed: int) -> str:
    return words[seed % len(words)]

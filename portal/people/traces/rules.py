"""How a person may be written in running text, and the text without them."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from portal.web.folding import fold, folded_forms

TWO_WORDS = 2
_TO_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose traces are looked for: a person as they were called before they were forgotten."""

    person_id: int
    name: str
    email: str | None
    has_namesake: bool = False

    @property
    def is_told_by_name(self) -> bool:
        """Whether the name alone says that it is them; "Anna" or "Li" names many others."""
        return not self.has_namesake and len(self.name.split()) >= TWO_WORDS


def spellings_of_name(name: str) -> tuple[str, ...]:
    """The whole name in either order and any alphabet."""
    words = name.split()
    if len(words) < TWO_WORDS:
        return _told(words, folded_forms(name))
    last_first = [words[-1], *words[:-1]]
    both = (" ".join(words), " ".join(last_first))
    found = (*both, f"{words[-1]}, {' '.join(words[:-1])}", f"{words[-1]}/{' '.join(words[:-1])}")
    return _told(found, [form for order in both for form in folded_forms(order)])


def spellings_of_address(email: str | None) -> tuple[str, ...]:
    """The address, as it is written and as it is folded in the keys of a search."""
    return _told((email, fold(email))) if email else ()


def needles_of_name(name: str) -> tuple[str, ...]:
    """What a row must hold to be worth a closer look.

    The longest word of the name stands for all spellings of it: each text more is looked for in every table.
    """
    longest = max(name.split(), key=len, default="")
    return _stored(_told((longest,), folded_forms(longest)))


def needles_of_address(email: str | None) -> tuple[str, ...]:
    """The same of an address."""
    return _stored(spellings_of_address(email))


def _told(*several: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for some in several for each in some if each))


def _stored(told: Collection[str]) -> tuple[str, ...]:
    # One database makes small letters of all, the other of ASCII alone; the rest is looked for as it may be.
    cases = [case for text in told for case in (text, text.upper(), text.lower(), text.title())]
    # A document is kept as it is on one database, and escaped on the other.
    both = [form.translate(_TO_SMALL) for case in cases for form in (case, json.dumps(case)[1:-1])]
    return tuple(dict.fromkeys(both))


def without(value: Any, *, spelt: Collection[str], instead: str) -> Any:
    """A text or a document in which nothing of this stands any more; words within words stay."""
    if isinstance(value, str):
        return _pattern(spelt).sub(lambda _found: instead, value)
    if isinstance(value, list):
        return [without(each, spelt=spelt, instead=instead) for each in value]
    if isinstance(value, dict):
        return {key: without(each, spelt=spelt, instead=instead) for key, each in value.items()}
    return value


def _pattern(spelt: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(spelt, key=len, reverse=True)
    either = "|".join(_address(text) if "@" in text else re.escape(text) for text in longest_first)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _address(text: str) -> str:
    # max@acme.example is not the end of tamara.max@acme.example, nor the beginning of max@acme.example.org.
    return rf"(?<![\w.+-]){re.escape(text)}(?!-|\.\w)"

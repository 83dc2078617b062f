"""How a person may be written in running text, and the text without them."""

import json
import re
from collections.abc import Collection
from typing import Any

from portal.web.folding import fold, folded_forms

TWO_WORDS = 2


def spellings(*, name: str, email: str | None) -> tuple[str, ...]:
    """All that would tell who it was: the address, and the whole name in either order and any alphabet.

    A name of one word is no such thing: "Anna" or "Li" names many others.
    """
    found = [email, fold(email)] if email else []
    words = name.split()
    if len(words) >= TWO_WORDS:
        last_first = [words[-1], *words[:-1]]
        both = (" ".join(words), " ".join(last_first))
        found += [*both, f"{words[-1]}, {' '.join(words[:-1])}", f"{words[-1]}/{' '.join(words[:-1])}"]
        found += [form for order in both for form in folded_forms(order)]
    return tuple(dict.fromkeys(each for each in found if each))


def needles(*, name: str, email: str | None) -> tuple[str, ...]:
    """What a row must hold to be worth a closer look, as it may be stored.

    The longest word of the name stands for all spellings of it: each text more is looked for in every table.
    """
    words = name.split()
    coarse = list(folded_forms(max(words, key=len))) if len(words) >= TWO_WORDS else []
    coarse += [max(words, key=len)] if coarse else []
    coarse += [email, fold(email)] if email else []
    cases = [each for text in coarse for each in (text, text.upper(), text.lower(), text.title())]
    # A document is kept as it is on one database, and escaped on the other.
    return tuple(dict.fromkeys([*cases, *(json.dumps(text)[1:-1] for text in cases)]))


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

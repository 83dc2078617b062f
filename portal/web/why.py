"""From a stored derivation to sentences in the reader's language.

Each room has a catalogue of step sentences in its `words.py`; the factory gathers them here.
The suffix of a value's name tells how it is printed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from flask_babel import get_locale

from portal.web import formats
from portal.web.texts import in_language


@dataclass(frozen=True, slots=True)
class Explanation:
    """What `components.why` shows: finished sentences, in order, and the version of the rules."""

    sentences: tuple[str, ...]
    version: int


class UnknownStep(LookupError):
    """A derivation holds a step for which no room has a sentence."""


DEADLINES = frozenset({"cut_off_at", "deadline_at", "valid_until_at"})
"""Instants until which something may be done: one at midnight is the end of the day before."""
Named = Mapping[str, Mapping[str, str]]
NO_NAMES: Named = {}


def _print(name: str, value: Any, zone: str, names: Named) -> str:
    say = formats.until if name in DEADLINES else formats.when
    by_suffix: dict[str, Callable[[Any], str]] = {
        "cents": formats.cents,
        "bp": formats.percent_bp,
        "centi": formats.hundredths,
        "points": formats.points,
        "nights": formats.nights,
        "date": lambda text: formats.day(date.fromisoformat(text)),
        "at": lambda text: say(datetime.fromisoformat(text), zone),
    }
    printer = by_suffix.get(name.rsplit("_", 1)[-1])
    if value is None:
        return "–"
    if printer is not None:
        return printer(value)
    if isinstance(value, str) and value in names and name in current_app.extensions["why.named"]:
        value = names[value]
    if isinstance(value, Mapping):
        locale = get_locale()
        return in_language(value, locale.language if locale else "en")
    if isinstance(value, int) and not isinstance(value, bool):
        return formats.count(value)
    words: Mapping[str, Any] = current_app.extensions["why.words"]
    return str(words.get(f"{name}.{value}", value))


def fill(sentence: object, values: Mapping[str, Any], *, zone: str = "UTC", names: Named = NO_NAMES) -> str:
    """Fill a sentence; each value is printed as its name says, instants in the property's zone.

    `names` are what a version calls its own codes; other codes have their words.
    """
    return str(sentence) % {name: _print(name, value, zone, names) for name, value in values.items()}


def explain(stored: Mapping[str, Any]) -> Explanation:
    """Put a stored derivation into words."""
    sentences: Mapping[str, Any] = current_app.extensions["why.steps"]
    lines = []
    for step in stored["steps"]:
        if step["code"] not in sentences:
            raise UnknownStep(step["code"])
        lines.append(fill(sentences[step["code"]], step["values"], names=stored.get("names") or NO_NAMES))
    return Explanation(tuple(lines), stored["version"])

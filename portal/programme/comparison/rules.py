"""What changes between two versions, field by field; a line of a table is known by what it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Any, TypeAlias

from portal.derivation import Json
from portal.programme.rules import Rules

# By which fields the lines of a table are the same line.
KEYS: dict[str, tuple[str, ...]] = {
    "tiers": ("code",),
    "bundle_ladder": ("kinds",),
    "promotions": ("code",),
    "floors": ("hotel", "kind"),
    "vat": ("hotel", "kind", "valid_from"),
    "compensation": ("breach", "threshold"),
}
# Every version has its own.
_NOT_COMPARED = frozenset({"version", "effective_from"})
_MINUTES_IN_HOUR = 60
_Line: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs. Without `field` it is a whole line that came or went.

    `part` is the top-level name, `line` what a line is about, e.g. `("gold",)`.
    """

    part: str
    line: tuple[Json, ...]
    field: str
    before: Json
    after: Json


def differences(old: Rules, new: Rules) -> list[Change]:
    """Every difference, in the order of the rules; the day of effect and the number aside."""
    before, after = old.to_json(), new.to_json()
    return [
        change
        for part in after
        if part not in _NOT_COMPARED
        for change in _part(part, before[part], after[part])
    ]


def _part(part: str, before: Any, after: Any) -> Iterator[Change]:
    if part in KEYS:
        yield from _lines(part, _by_key(part, before), _by_key(part, after))
    elif isinstance(after, dict):
        yield from _fields(part, (), before, after)
    elif before != after:
        yield Change(part, (), part, before, after)


def _by_key(part: str, lines: list[dict[str, Any]]) -> dict[tuple[Json, ...], dict[str, Any]]:
    return {tuple(line[name] for name in KEYS[part]): line for line in lines}


def _lines(part: str, before: dict[Any, _Line], after: dict[Any, _Line]) -> Iterator[Change]:
    for key, line in after.items():
        if key in before:
            yield from _fields(part, key, before[key], line)
        else:
            yield Change(part, key, "", None, line)
    for key, line in before.items():
        if key not in after:
            yield Change(part, key, "", line, None)


def _fields(
    part: str, key: tuple[Json, ...], before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Change]:
    for name, value in after.items():
        if before[name] != value:
            yield Change(part, key, name, before[name], value)


def late_checkout_minutes(until: str | None) -> int:
    """How late somebody may leave, in minutes of the day; 0 without a late check-out."""
    if until is None:
        return 0
    at = time.fromisoformat(until)
    return at.hour * _MINUTES_IN_HOUR + at.minute

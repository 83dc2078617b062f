"""What changes between two versions, field by field; a line of a table is known by what it is about."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any, TypeAlias

from portal.derivation import Json
from portal.programme.ranks.rules import nearest
from portal.programme.rules import Rules, TierRules

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
    named: Mapping[str, str] | None = dataclasses.field(default=None, compare=False)
    """What a line is called, language by language, where the rules give it a name."""
    heir: Mapping[str, str] | None = dataclasses.field(default=None, compare=False)
    """What follows a tier that is gone: the nearest below that remains, by its name."""


def differences(old: Rules, new: Rules) -> list[Change]:
    """Every difference, in the order of the rules; the day of effect and the number aside."""
    before, after = _plain(old), _plain(new)
    return [
        _with_heir(change, old, new)
        for part in after
        if part not in _NOT_COMPARED
        for change in _part(part, before[part], after[part])
    ]


def _with_heir(change: Change, old: Rules, new: Rules) -> Change:
    if change.part != "tiers" or change.field or change.before is None:
        return change
    follows = nearest(old.codes, new.codes, str(change.line[0]))
    return dataclasses.replace(change, heir=asdict(new.tier(follows).called))


def _plain(rules: Rules) -> dict[str, Any]:
    """The rules as plain data, each tier with its names as fields of their own."""
    plain: dict[str, Any] = rules.to_json()
    plain["tiers"] = [tier_line(tier) for tier in rules.tiers]
    return plain


def tier_line(tier: TierRules) -> dict[str, Any]:
    """A tier as plain data: its code, what it is called in each language, and all that it asks and gives."""
    told = asdict(tier)
    del told["name"]
    return {"code": told.pop("code"), **asdict(tier.called), **told}


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
            yield Change(part, key, "", None, line, _name_of(part, line))
    for key, line in before.items():
        if key not in after:
            yield Change(part, key, "", line, None, _name_of(part, line))


def _name_of(part: str, line: _Line) -> dict[str, str] | None:
    return {language: line[language] for language in ("en", "ru")} if part == "tiers" else None


def _fields(
    part: str, key: tuple[Json, ...], before: dict[str, Any], after: dict[str, Any]
) -> Iterator[Change]:
    for name, value in after.items():
        if before[name] != value:
            yield Change(part, key, name, before[name], value, _name_of(part, before))


def late_checkout_minutes(until: str | None) -> int:
    """How late somebody may leave, in minutes of the day; 0 without a late check-out."""
    if until is None:
        return 0
    at = time.fromisoformat(until)
    return at.hour * _MINUTES_IN_HOUR + at.minute

"""Plain data becomes records, field by field: each fault has its address, as `tiers[2].nights`."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date, time
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from portal.derivation import Json

WHOLE_BP = 10_000


class Refusal(Exception):
    """The programme says no, by name. `words.REFUSALS` has the sentence, `values` fills it."""

    def __init__(self, **values: Json) -> None:
        super().__init__(f"{type(self).__name__}({values})")
        self.values = values

    @property
    def code(self) -> str:
        """The name under which `words.REFUSALS` keeps the sentence."""
        return type(self).__name__


class RulesInvalid(Refusal):
    """A version of the rules cannot be published as it stands; `field` says where."""


class FieldMissing(RulesInvalid):
    """A number that the rules need is not there."""


class FieldUnknown(RulesInvalid):
    """The rules hold something that the programme has no use for."""


class FieldMistyped(RulesInvalid):
    """A field is not of its kind, e.g. text where a number belongs."""


class FieldOutOfRange(RulesInvalid):
    """A number is outside of what it may be."""


class ChoiceUnknown(RulesInvalid):
    """A field holds a word that is none of those it may be."""


R = TypeVar("R")


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


@cache
def _optional(kind: Any) -> frozenset[str]:
    """Fields that a version may be silent on: it was published before they were known."""
    return frozenset(field.name for field in fields(kind) if field.default is not MISSING)


def read(kind: type[R], data: Any, path: str) -> R:
    """Build a dataclass from plain data."""
    if not isinstance(data, Mapping):
        raise FieldMistyped(field=path.removesuffix(".") or "rules", kind=kind.__name__)
    known: Any = kind
    hints, optional = _hints(known), _optional(known)
    unknown = sorted(str(name) for name in data if name not in hints)
    if unknown:
        raise FieldUnknown(field=path + unknown[0])
    values = {}
    for name, hint in hints.items():
        if name in data:
            values[name] = _value(hint, data[name], path + name)
        elif name not in optional:
            raise FieldMissing(field=path + name)
    return kind(**values)


def _value(hint: Any, value: Any, path: str) -> Any:
    """Read one field of the type that the dataclass gives it."""
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise FieldMistyped(field=path, kind="list")
        item = get_args(hint)[0]
        return tuple(_value(item, part, f"{path}[{n}]") for n, part in enumerate(value))
    if hasattr(hint, "__dataclass_fields__"):
        return read(hint, value, f"{path}.")
    if hint is date:
        return _date(value, path)
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    # True is an int to Python, but not to a manager.
    if type(value) not in kinds:
        raise FieldMistyped(field=path, kind=getattr(kinds[0], "__name__", str(kinds[0])))
    return value


def _date(value: Any, path: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FieldMistyped(field=path, kind="date") from error


# Numbers whose range is narrower than "not negative".
_AT_LEAST_ONE = frozenset(
    {
        "version",
        "point_value_cents",
        "lot_months",
        "credit_step_cents",
        "window_days",
        "redemption_min_points",
        "redemption_step_points",
        "hold_minutes",
        "review_day",
        "kinds",
        "expiry_notice_days",
    }
)
_MOST = {
    "review_day": 28,
    "lot_months": 1_200,
    "window_days": 3_660,
    "grace_days": 3_660,
    "notice_days": 366,
    # Added to a day, at night or at the till: it must stay a day.
    "expiry_notice_days": 366,
    "dead_lot_revival_days": 3_660,
    "survey_days": 3_660,
}
_TIMES = frozenset({"late_checkout", "quiet_from", "quiet_until"})


def check_ranges(part: Any, path: str) -> None:
    """Refuse a number or an hour that cannot be, in a record and all that it holds."""
    for field in fields(part):
        value, where = getattr(part, field.name), path + field.name
        items = value if isinstance(value, tuple) else ()
        for n, item in enumerate(items):
            _check_one(field.name, item, f"{where}[{n}]")
        _check_one(field.name, value, where)


def _check_one(name: str, value: Any, where: str) -> None:
    if hasattr(value, "__dataclass_fields__"):
        check_ranges(value, f"{where}.")
    elif isinstance(value, int):
        _check_number(name, value, where)
    elif name in _TIMES and value is not None:
        _check_time(value, where)


def _check_number(name: str, value: int, where: str) -> None:
    least = 1 if name in _AT_LEAST_ONE else 0
    if value < least:
        raise FieldOutOfRange(field=where, least=least)
    most = WHOLE_BP if name.endswith("_bp") else _MOST.get(name)
    if most is not None and value > most:
        raise FieldOutOfRange(field=where, most=most)


def _check_time(value: str, where: str) -> None:
    try:
        time.fromisoformat(value)
    except ValueError as error:
        raise FieldMistyped(field=where, kind="time") from error

"""Finding what a sheet is about: one entry of the ledger, a change of tier, a review, or the standing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.programme.movements import queries as movements
from portal.programme.movements.queries import Movement
from portal.programme.outlook import queries as outlook
from portal.programme.standing import queries as standings


@dataclass(frozen=True, slots=True)
class Sheet:
    """One figure and the derivations stored with it. `tier` is set where it is about a tier."""

    kind: str
    day: date
    derivations: tuple[dict[str, Any], ...]
    movement: Movement | None = None
    tier: str | None = None
    outcome: str | None = None
    is_monthly: bool = False
    """Whether a monthly review made it, before anything of its day came in."""


def sheet(account_id: int, kind: str, number: int, *, zone: str) -> Sheet | None:
    """A sheet of an account; none where there is no such figure. `zone` is that of the house."""
    if kind == "entry":
        return _of_entry(account_id, number, zone)
    find = _FINDERS.get(kind)
    return find(account_id, number) if find is not None else None


def _of_entry(account_id: int, seq: int, zone: str) -> Sheet | None:
    found = movements.movement(account_id, seq, zone=zone)
    if found is None:
        return None
    derivations = (found.entry.derivation,) if found.entry.derivation is not None else ()
    return Sheet("entry", found.day, derivations, movement=found)


def _of_change(account_id: int, change_id: int) -> Sheet | None:
    found = standings.change_of(account_id, change_id)
    if found is None:
        return None
    # A tier falls, and is carried over, before anything of its day; it rises as soon as points are earned.
    fell = found.verdict["rule"] == "standing.carried" or any(
        step["code"] == "standing.review_down" for step in found.verdict["steps"]
    )
    derivations = (found.standing, found.verdict)
    return Sheet("change", found.day, derivations, tier=found.tier_after, is_monthly=fell)


def _of_review(account_id: int, review_id: int) -> Sheet | None:
    found = standings.review_of(account_id, review_id)
    if found is None:
        return None
    derivations = (found.standing, found.verdict)
    return Sheet(
        "review",
        found.day,
        derivations,
        tier=found.tier,
        outcome=found.outcome,
        is_monthly=found.is_monthly,
    )


def _of_standing(account_id: int, _number: int) -> Sheet | None:
    view = standings.standing_of(account_id)
    more = [each.to_json() for each in (view.ways, view.keeps) if each is not None]
    more += [each.to_json() for each in outlook.forecasts(view)]
    return Sheet("standing", view.as_of, (view.derivation, *more), tier=view.tier)


_FINDERS: dict[str, Callable[[int, int], Sheet | None]] = {
    "change": _of_change,
    "review": _of_review,
    "standing": _of_standing,
}

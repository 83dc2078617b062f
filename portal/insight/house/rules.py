"""What may be said of staff and clients together, and what is still lacking for it.

Under these gates no figure of an association is computed at all: few units and few quarters find one in
most data that hold none. Method A goes by team and quarter, B by account and quarter.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portal.clock import local_date
from portal.corporate.promises.rules import Promised
from portal.statistics import intervals
from portal.statistics.cells import LEAST_SHOWN
from portal.statistics.intervals import Interval
from portal.surveys.answers.queries import Scored

A_UNITS, A_QUARTERS = 6, 4
B_HOTELS, B_ACCOUNTS, B_QUARTERS = 5, 60, 4
LEAST_ANSWERS, LEAST_ACCOUNTS = 3, 2
"""What a team's quarter needs on the client's side: three answers of two accounts."""


class Lack(StrEnum):
    """What is counted at a gate."""

    STAFF_ANSWERS = "staff_answers"
    TEAMS = "teams"
    QUARTERS = "quarters"
    HOTELS = "hotels"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Have:
    """What there is so far."""

    staff_answers: int
    """Of anonymous pulses, which are not asked yet."""
    teams: int
    hotels: int
    accounts: int
    """Whose guests have answered."""
    quarters: int
    """In which enough guests of enough accounts answered."""


def is_shown(promised: Promised) -> bool:
    """A figure of the work of a few would tell of each of them."""
    return promised.people >= LEAST_SHOWN


def kept_interval(promised: Promised) -> Interval | None:
    """The interval of the share kept; what never came was promised, too."""
    return intervals.wilson(successes=promised.kept, trials=promised.lines) if promised.lines else None


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a gate needs more of."""

    what: Lack
    have: int
    need: int

    @property
    def is_met(self) -> bool:
        return self.have >= self.need


@dataclass(frozen=True, slots=True)
class Gate:
    """One method: what it needs, and whether it may be computed."""

    method: str
    needs: tuple[Missing, ...]

    @property
    def is_open(self) -> bool:
        return all(one.is_met for one in self.needs)


def gates(have: Have) -> tuple[Gate, Gate]:
    """Both methods with what they need."""
    pulse = Missing(Lack.STAFF_ANSWERS, have.staff_answers, 5 * A_UNITS)
    return (
        Gate(
            "A",
            (
                pulse,
                Missing(Lack.TEAMS, have.teams, A_UNITS),
                Missing(Lack.QUARTERS, have.quarters, A_QUARTERS),
            ),
        ),
        Gate(
            "B",
            (
                pulse,
                Missing(Lack.HOTELS, have.hotels, B_HOTELS),
                Missing(Lack.ACCOUNTS, have.accounts, B_ACCOUNTS),
                Missing(Lack.QUARTERS, have.quarters, B_QUARTERS),
            ),
        ),
    )


def linked_quarters(scored: Iterable[Scored], *, zone: str) -> int:
    """In how many calendar quarters of the house a hotel had enough answers of enough accounts."""
    held: dict[tuple[int, int], list[int]] = defaultdict(list)
    for one in scored:
        if one.recommend is not None:
            day = local_date(one.submitted_at, zone)
            held[one.property_id, day.year * 4 + (day.month - 1) // 3].append(one.account_id)
    enough = {
        quarter
        for (_house, quarter), accounts in held.items()
        if len(accounts) >= LEAST_ANSWERS and len(set(accounts)) >= LEAST_ACCOUNTS
    }
    return len(enough)


def totals(rows: Sequence[tuple[str, int, int]]) -> dict[str, dict[int, int]]:
    """Clients by tier and stage, from counted rows."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for tier, stage, number in rows:
        found[tier][stage] += number
    return found

"""What a change or a cancellation would undo, told before it is done.

Fed with facts: it knows accounts, holds and lines, and no booking.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.clock import local_date
from portal.corporate.enquiries import queries as enquiries
from portal.corporate.enquiries.rules import Stand, stand_of
from portal.corporate.staffing import queries as staffing
from portal.programme import queries as programme
from portal.programme.holds.rules import ComingBack, coming_back
from portal.programme.ledger import queries as balances

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Serving:
    """So many people of the house, and the hours of all of them together, the last begun one whole."""

    people: int
    hours: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """The points that would come back, the people that would be free, and how partners stand, by line."""

    points: ComingBack
    people: dict[int, Serving]
    partners: dict[int, Stand]


def consequences(
    *, account_id: int, hold_key: str | None, line_ids: Collection[int], zone: str, at: datetime
) -> Consequences:
    """What giving back these lines and this hold would leave; changes nothing."""
    partners = {line: stand_of(each, at=at) for line, each in enquiries.by_line(line_ids).items()}
    points = _points(account_id, hold_key, day=local_date(at, zone), at=at)
    return Consequences(points, _people(line_ids), partners)


def _people(line_ids: Collection[int]) -> dict[int, Serving]:
    return {
        each.line_id: Serving(each.people, -(each.people * (each.starts_at - each.ends_at) // HOUR))
        for each in staffing.standing(line_ids)
    }


def _points(account_id: int, hold_key: str | None, *, day: date, at: datetime) -> ComingBack:
    book = balances.ledgers([account_id]).get(account_id) if hold_key is not None else None
    if book is None or hold_key is None:
        return ComingBack()
    return coming_back(book, rules=programme.rules_in_force(day), hold=hold_key, at=at, day=day)

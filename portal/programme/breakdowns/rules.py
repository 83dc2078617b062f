"""Which figure of a statement is asked for, what it is there, and up to which entry it reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.programme.chain.rules import Bucket
from portal.programme.statements.rules import Facts, SavedOrder, own

OPENING = "opening"
CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Figure:
    """Points when the month of a statement began or ended: all, those in a state, or those that die on a day.

    `upto_seq` is the last entry that made it, `points` what is printed.
    """

    at: str
    state: Bucket | None
    expires_on: date | None
    upto_seq: int
    points: int


@dataclass(frozen=True, slots=True)
class LotThen:
    """A lot as it was after an entry."""

    number: int
    earned_on: date
    expires_on: date
    pending: int
    active: int
    held: int

    @property
    def points(self) -> int:
        """What of it was alive."""
        return self.pending + self.active + self.held


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order as the statement counted it, and whether it still is so."""

    order: SavedOrder
    is_changed: bool
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class Saved:
    """What orders come to: as listed, and what of it was not paid in money."""

    list_cents: int
    discount_cents: int
    points_cents: int


def figure(facts: Facts, *, at: str, state: Bucket | None = None, expires_on: date | None = None) -> Figure:
    """Find the figure that a statement prints; what expires is told of its end only."""
    if at == OPENING:
        balance, seq, expires_on = facts.opening, facts.after_seq, None
    else:
        balance, seq = facts.closing, facts.upto_seq
    points = own(balance) if state is None else balance[state]
    if expires_on is not None:
        points, state = dict(facts.expiries).get(expires_on, 0), None
    return Figure(at, state, expires_on, seq, points)


def order_lines(counted: Sequence[SavedOrder] | None, now: Mapping[str, SavedOrder]) -> list[OrderLine]:
    """Put what a statement counted beside the orders as they stand now; without a record it is those."""
    if counted is None:
        return [OrderLine(order, is_changed=False, is_cancelled=False) for order in now.values()]
    lines = []
    for order in counted:
        found = now.get(str(order.public_id))
        is_changed = found is not None and found != order
        lines.append(OrderLine(order, is_changed=is_changed, is_cancelled=found is None))
    return lines


def saved(lines: Sequence[OrderLine]) -> Saved:
    """What the orders of a list come to."""
    orders = [line.order for line in lines]
    return Saved(
        list_cents=sum(order.list_cents for order in orders),
        discount_cents=sum(order.discount_cents for order in orders),
        points_cents=sum(order.points_cents for order in orders),
    )

"""What a statement says, as plain facts that can be frozen and read again."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from portal.programme.chain.rules import Bucket

BATCH_JOB = "statements.batch"
PRINT_JOB = "statements.print"
PRINTED_AT_ONCE = 250
"""So many movements are printed while the reader waits, in about a second; of more the worker prints them."""
MOST_PRINTED = 10_000
"""More than that no paper holds: whoever wants them all takes the table."""
OWN = (Bucket.PENDING, Bucket.ACTIVE, Bucket.HELD)
TIMELY = timedelta(days=35)
"""A statement made later than that after its month is history: no letter tells of it."""


@dataclass(frozen=True, slots=True)
class SavedOrder:
    """An order as confirmed: what it is listed at, and what of that was not paid in money."""

    public_id: uuid.UUID
    confirmed_at: datetime
    list_cents: int
    discount_cents: int
    points_cents: int

    def to_json(self) -> list[Any]:
        """Plain data, as frozen."""
        money = [self.list_cents, self.discount_cents, self.points_cents]
        return [str(self.public_id), self.confirmed_at.isoformat(), *money]

    @classmethod
    def from_json(cls, plain: Sequence[Any]) -> "SavedOrder":
        """Read what was frozen."""
        public_id, confirmed_at, *money = plain
        return cls(uuid.UUID(public_id), datetime.fromisoformat(confirmed_at), *money)


@dataclass(frozen=True, slots=True)
class Facts:
    """A statement: points by state when the month began and ended, and where the company stood.

    Its movements are the entries after `after_seq` up to `upto_seq`. `standing` and `ways` are derivations,
    none where nothing had been counted. `company` and `orders` are none in the first statements, which did
    not freeze them.
    """

    after_seq: int
    upto_seq: int
    opening: Mapping[str, int]
    closing: Mapping[str, int]
    expiries: tuple[tuple[date, int], ...]
    tier: str
    next_tier: str | None
    standing: dict[str, Any] | None
    ways: dict[str, Any] | None
    discount_cents: int
    points_cents: int
    point_value_cents: int
    company: str | None = None
    orders: tuple[SavedOrder, ...] | None = None
    """The orders behind what was saved."""

    @property
    def opening_points(self) -> int:
        """What the company had: pending, active and held."""
        return own(self.opening)

    @property
    def closing_points(self) -> int:
        """What it has."""
        return own(self.closing)

    @property
    def closing_cents(self) -> int:
        """What that is worth when it pays, by the rules in force on the month's last day."""
        return self.closing_points * self.point_value_cents

    @property
    def owed_points(self) -> int:
        """What the next accruals will set off first."""
        return -self.closing[Bucket.OWED]

    @property
    def saved_cents(self) -> int:
        """Discounts and points of the bookings confirmed in the month."""
        return self.discount_cents + self.points_cents

    @property
    def moved(self) -> int:
        """How many movements there were."""
        return self.upto_seq - self.after_seq

    def to_json(self) -> dict[str, Any]:
        """Plain data, as frozen."""
        return {
            "after_seq": self.after_seq,
            "upto_seq": self.upto_seq,
            "opening": dict(self.opening),
            "closing": dict(self.closing),
            "expiries": [[day.isoformat(), points] for day, points in self.expiries],
            "tier": self.tier,
            "next_tier": self.next_tier,
            "standing": self.standing,
            "ways": self.ways,
            "discount_cents": self.discount_cents,
            "points_cents": self.points_cents,
            "point_value_cents": self.point_value_cents,
            "company": self.company,
            "orders": None if self.orders is None else [order.to_json() for order in self.orders],
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> "Facts":
        """Read what was frozen."""
        expiries = tuple((date.fromisoformat(day), points) for day, points in plain["expiries"])
        orders = plain.get("orders")
        read = None if orders is None else tuple(SavedOrder.from_json(each) for each in orders)
        # A point was worth a cent when the first statements were made.
        return cls(**{"point_value_cents": 1, **plain, "expiries": expiries, "orders": read})


def own(balance: Mapping[str, int]) -> int:
    """What is the company's own of a balance."""
    return sum(balance[bucket] for bucket in OWN)

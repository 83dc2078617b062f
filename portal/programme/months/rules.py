"""A month of the books: its bounds, what it came to, and the seal over it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeAlias

from portal.clock import local_midnight
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.rules import WHOLE_BP, Rules, half_up

MONTHS = 12
CLOSED_AFTER = timedelta(hours=6)
"""So long after its end the worker closes a month, where nobody has done it before."""
STOCK = ("issued", "pending", "active", "held", "expired", "reversed")
LIVING = ("pending", "active", "held")
ROLL_JOB = "months.roll_up"
FIRST = hashlib.sha256(b"month closes").hexdigest()
"""What the first close is sealed onto."""

OPENING = "opening"
"""The kind under which balances taken over are rolled up: credits, but not earned in the month."""
OPENING_REFERENCE = "opening:"

Flows: TypeAlias = Mapping[tuple[str, str], int]
"""Points by kind of movement and state."""


class MonthNotOver(Exception):
    """A month can be closed once it is over, and once only."""


class FiguresDisagree(Exception):
    """What the lots hold is not what the movements add up to: nothing is closed on such figures."""


@dataclass(frozen=True, slots=True)
class Lots:
    """Lots of one tier, earned in one month and dying in one month."""

    tier: str
    earned: date
    expires: date
    issued: int
    pending: int
    active: int
    held: int
    expired: int
    reversed: int

    @property
    def living(self) -> int:
        """What can still be spent, now or later."""
        return self.pending + self.active + self.held

    @property
    def used(self) -> int:
        """What was spent, or set off against a debt."""
        return self.issued - self.living - self.expired - self.reversed


@dataclass(frozen=True, slots=True)
class Forward:
    """From what was outstanding when a month began to what was when it ended, in points."""

    opening: int
    issued: Mapping[str, int]
    """By the kind of movement that gave them."""
    given_back: int
    spent: int
    expired: int
    taken_back: int

    @property
    def issued_points(self) -> int:
        return sum(self.issued.values())

    @property
    def closing(self) -> int:
        return (
            self.opening + self.issued_points + self.given_back - self.spent - self.expired - self.taken_back
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is known of a month: frozen once it is closed."""

    month: date
    forward: Forward
    owed: int
    """What the next accruals will set off: it is outstanding less."""
    stock: tuple[Lots, ...]
    point_value_cents: int
    point_cost_bp: int
    version: int

    @property
    def living(self) -> int:
        return sum(lots.living for lots in self.stock)

    def cost_cents(self, points: int) -> int:
        """What so many points would cost us."""
        return half_up(points * self.point_value_cents * self.point_cost_bp, WHOLE_BP)

    def to_json(self) -> dict[str, Any]:
        """Plain data, as frozen."""
        forward = self.forward
        return {
            "opening": forward.opening,
            "issued": dict(sorted(forward.issued.items())),
            "given_back": forward.given_back,
            "spent": forward.spent,
            "expired": forward.expired,
            "taken_back": forward.taken_back,
            "closing": forward.closing,
            "owed": self.owed,
            "stock": [
                [lots.tier, lots.earned.isoformat(), lots.expires.isoformat()]
                + [getattr(lots, name) for name in STOCK]
                for lots in self.stock
            ],
            "point_value_cents": self.point_value_cents,
            "point_cost_bp": self.point_cost_bp,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, month: date, plain: Mapping[str, Any]) -> "Figures":
        """Read what was frozen."""
        moved = {name: plain[name] for name in ("opening", "given_back", "spent", "expired", "taken_back")}
        return cls(
            month=month,
            forward=Forward(issued=plain["issued"], **moved),
            owed=plain["owed"],
            stock=tuple(
                Lots(tier, date.fromisoformat(earned), date.fromisoformat(expires), *points)
                for tier, earned, expires, *points in plain["stock"]
            ),
            point_value_cents=plain["point_value_cents"],
            point_cost_bp=plain["point_cost_bp"],
            version=plain["version"],
        )


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def after(month: date, months: int = 1) -> date:
    """The first day of the month so many months later; earlier where the number is negative."""
    year, number = divmod(month.year * MONTHS + month.month - 1 + months, MONTHS)
    return date(year, number + 1, 1)


def months_between(earlier: date, later: date) -> int:
    """How many months lie between two."""
    return (later.year - earlier.year) * MONTHS + later.month - earlier.month


def last_day(month: date) -> date:
    """The last day of a month."""
    return after(month) - timedelta(days=1)


def end_of(month: date, zone: str) -> datetime:
    """The instant at which a month is over."""
    return local_midnight(after(month), zone)


def forward(*, opening: int, flows: Flows) -> Forward:
    """Put the movements of a month into the rows that finance books."""
    issued: dict[str, int] = {}
    spent = given_back = expired = taken_back = 0
    for (kind, bucket), points in flows.items():
        if bucket == Bucket.ISSUED:
            issued[kind] = issued.get(kind, 0) - points
        elif bucket == Bucket.SPENT and kind == Kind.REFUND:
            given_back -= points
        elif bucket == Bucket.SPENT:
            spent += points
        elif bucket == Bucket.REVERSED or (bucket == Bucket.EXPIRED and kind == Kind.REVERSAL):
            # What is taken back of points that had died was not outstanding any more.
            taken_back += points
        elif bucket == Bucket.EXPIRED:
            expired += points
    return Forward(opening, issued, given_back, spent, expired, taken_back)


def figures(
    *, month: date, opening: int, flows: Flows, owed: int, stock: Iterable[Lots], rules: Rules
) -> Figures:
    """The figures of a month under the rules that were in force on its last day."""
    return Figures(
        month=month,
        forward=forward(opening=opening, flows=flows),
        owed=owed,
        stock=tuple(sorted(stock, key=lambda lots: (lots.tier, lots.earned, lots.expires))),
        point_value_cents=rules.point_value_cents,
        point_cost_bp=rules.point_cost_bp,
        version=rules.version,
    )


def check_agreement(found: Figures) -> None:
    """Refuse figures whose lots are not what the movements left: nobody may book them."""
    if found.living - found.owed != found.forward.closing:
        raise FiguresDisagree(f"lots {found.living} less owed {found.owed}, closing {found.forward.closing}")


def compare(found: Figures, closing: int, added_up: Forward, owed: int) -> dict[str, tuple[int, int]]:
    """The figures of a close that are not what the postings add up to: as kept, and as added up."""
    kept = found.forward
    pairs = {"issued": (kept.issued_points, added_up.issued_points), "owed": (found.owed, owed)}
    for name in ("opening", "given_back", "spent", "expired", "taken_back"):
        pairs[name] = getattr(kept, name), getattr(added_up, name)
    pairs["closing"] = closing, added_up.closing
    pairs["lots"] = found.living - found.owed, added_up.closing
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def is_over(month: date, *, zone: str, at: datetime) -> bool:
    """Whether a month has ended, so that it can be closed."""
    return at >= end_of(month, zone)


def closes_itself(month: date, *, zone: str, at: datetime) -> bool:
    """Whether the worker closes it without being asked."""
    return at >= end_of(month, zone) + CLOSED_AFTER


def heads_hash(heads: Iterable[tuple[str, int, str]]) -> str:
    """One hash over where each chain ended: account, seq and hash, in the order of the accounts."""
    digest = hashlib.sha256()
    for account, seq, head in sorted(heads):
        digest.update(f"{account} {seq} {head}\n".encode())
    return digest.hexdigest()


def seal(*, month: date, closed_at: datetime, plain: Mapping[str, Any], heads: str, before: str) -> str:
    """The seal over one close, onto the one before."""
    body = {
        "month": month.isoformat(),
        "closed_at": closed_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "figures": plain,
        "heads": heads,
        "prev_hash": before,
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def by(stock: Sequence[Lots], name: str) -> dict[Any, list[Lots]]:
    """Lots by one of their traits."""
    found: dict[Any, list[Lots]] = {}
    for lots in stock:
        found.setdefault(getattr(lots, name), []).append(lots)
    return found


def uses(history: Sequence[Figures]) -> list[tuple[str, int, int, int]]:
    """What breakage is told by closed months in a row: (vintage, age, alive, used in the month after)."""
    found = []
    for earlier, later in pairwise(history):
        if later.month != after(earlier.month):
            continue
        then = by(later.stock, "earned")
        for vintage, lots in sorted(by(earlier.stock, "earned").items()):
            # What was taken back meanwhile could not be used: it tells nothing.
            gone = sum(each.reversed for each in then.get(vintage, ())) - sum(each.reversed for each in lots)
            alive = sum(each.living for each in lots) - max(gone, 0)
            used = sum(each.used for each in then.get(vintage, ())) - sum(each.used for each in lots)
            if alive > 0:
                found.append((vintage.isoformat(), months_between(vintage, earlier.month), alive, used))
    return found


def living(found: Figures) -> list[tuple[int, int, int]]:
    """What is alive at the end of a month: (age, age at death, points).

    Points held beyond the death of their lot are promised to an order: they do not expire.
    """
    sums: dict[tuple[int, int], int] = {}
    for lots in found.stock:
        key = (months_between(lots.earned, found.month), months_between(lots.earned, lots.expires))
        points = lots.living if key[0] < key[1] else lots.pending + lots.active
        sums[key] = sums.get(key, 0) + points
    return [(age, death, points) for (age, death), points in sorted(sums.items()) if points]

"""Cutting the points outstanding by tier, age and month, and the lines that finance books of a month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.programme.chain.rules import Kind
from portal.programme.months import rules as months
from portal.programme.months.rules import Figures, Lots

AGE_BAND = 3
"""Months of age that are shown together."""
AHEAD = 24
"""Months ahead that a chart of expiry shows."""
SOON = 3
"""Months whose expiry is soon."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One row: points by state. `key` is a tier, a month, or the first age of a band."""

    key: str
    pending: int
    active: int
    held: int

    @property
    def living(self) -> int:
        return self.pending + self.active + self.held


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the roll-forward, in points and in money; `opening` and `closing` are balances."""

    code: str
    points: int
    cents: int

    @property
    def is_sum(self) -> bool:
        """Whether it is a balance rather than a movement."""
        return self.code in {"opening", "closing"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line to book: an account in words, a debit or a credit."""

    code: str
    debit_cents: int
    credit_cents: int


def by_tier(stock: Sequence[Lots], tiers: Iterable[str]) -> list[Cut]:
    """Points by tier, from the lowest; a tier that has none is told too."""
    found = months.by(stock, "tier")
    order = [*tiers, *(tier for tier in sorted(found) if tier not in set(tiers))]
    return [_cut(tier, found.get(tier, ())) for tier in order]


def by_expiry(stock: Sequence[Lots]) -> list[Cut]:
    """Points by the month in which they die, soonest first."""
    cuts = [_cut(f"{month:%Y-%m}", lots) for month, lots in sorted(months.by(stock, "expires").items())]
    return [cut for cut in cuts if cut.living]


def by_age(stock: Sequence[Lots], month: date) -> list[Cut]:
    """Points by how many months ago they were earned, three months together."""
    bands: dict[int, list[Lots]] = {}
    for lots in stock:
        age = max(months.months_between(lots.earned, month), 0)
        bands.setdefault(age // AGE_BAND * AGE_BAND, []).append(lots)
    cuts = [_cut(str(first), lots) for first, lots in sorted(bands.items())]
    return [cut for cut in cuts if cut.living]


def of_tier(found: Figures, tier: str) -> tuple[Lots, ...]:
    """The lots of one tier, or of all."""
    return tuple(lots for lots in found.stock if not tier or lots.tier == tier)


def soon(stock: Sequence[Lots], month: date) -> int:
    """What dies by the end of the third month from now."""
    last = months.after(month, SOON - 1)
    return sum(lots.living for lots in stock if lots.expires <= last)


def roll_forward(found: Figures, *, opening_cents: int) -> list[Row]:
    """From the balance before to the balance after. What is left in money is a change of a point's cost.

    `opening_cents` is the balance as it was booked the month before.
    """
    forward, cost = found.forward, found.cost_cents
    moves = [(f"issued.{kind}", points) for kind, points in sorted(forward.issued.items())]
    moves += [
        ("given_back", forward.given_back),
        ("spent", -forward.spent),
        ("expired", -forward.expired),
        ("taken_back", -forward.taken_back),
    ]
    rows = [Row("opening", forward.opening, opening_cents)]
    rows += [Row(code, points, cost(points)) for code, points in moves]
    closing_cents = cost(forward.closing)
    rest = closing_cents - sum(row.cents for row in rows)
    rows.append(Row("revaluation", 0, rest))
    return [*rows, Row("closing", forward.closing, closing_cents)]


def footing(found: Figures) -> list[Row]:
    """From what the companies have, which every cut adds up to, to the balance: less what is owed to us."""
    living, closing = found.cost_cents(found.living), found.cost_cents(found.forward.closing)
    return [
        Row("living", found.living, living),
        Row("owed", -found.owed, closing - living),
        Row("closing", found.forward.closing, closing),
    ]


_BOOKED = {
    f"issued.{months.OPENING}": "taken_over",
    f"issued.{Kind.CREDIT.value}": "revenue.credited",
    "given_back": "revenue.given_back",
    "spent": "revenue.spent",
    "expired": "revenue.expired",
    "taken_back": "revenue.taken_back",
    "revaluation": "revenue.revaluation",
}


def booking(rows: Sequence[Row]) -> list[Line]:
    """What the month moves between revenue and the liability: debits equal credits."""
    lines, liability = [], 0
    for row in rows:
        if row.is_sum or not row.cents:
            continue
        liability += row.cents
        code = _BOOKED.get(row.code, "revenue.issued")
        # More liability is less revenue now; points used or gone are revenue at last.
        lines.append(Line(code, max(row.cents, 0), max(-row.cents, 0)))
    return [*lines, Line("liability", max(-liability, 0), max(liability, 0))]


def _cut(key: str, lots: Sequence[Lots]) -> Cut:
    return Cut(
        key,
        sum(each.pending for each in lots),
        sum(each.active for each in lots),
        sum(each.held for each in lots),
    )

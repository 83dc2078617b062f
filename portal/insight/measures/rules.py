"""Length, breadth and depth of a relationship (duration, cross-buying, usage), each with its derivation.

Bolton, Lemon & Verhoef, "The theoretical underpinnings of customer asset management", Journal of the
Academy of Marketing Science 32 (2004) 271–292. Ratios are basis points (10,000 is one), money is cents.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log

from portal.derivation import Derived, Json, Step
from portal.insight.purchases.rules import Purchase

VERSION = 2
ONE = 10_000
MONTHS = 12
LEAST_PURCHASES = 2
LEAST_SHARE = 0.02
"""A kind counts from two purchases, or from 2 % of the year's spend."""
CENSORED_DAYS = 31
"""A first purchase in the first month of all that was imported says only "at least so long"."""
CENTI = 100


@dataclass(frozen=True, slots=True)
class Length:
    """How long it has lasted."""

    months: int
    """Whole months from the first paid purchase to the day, or to the last one where they fell silent."""
    is_at_least: bool
    first: date | None
    last: date | None
    active_months: int
    """Calendar months in which something was bought."""
    run_quarters: int
    """The longest run of calendar quarters with a purchase in each."""


@dataclass(frozen=True, slots=True)
class Breadth:
    """How much of what we offer they use, in the last twelve months."""

    kinds: int
    offered: int
    evenness_bp: int | None
    """Shannon's entropy of the spend over the kinds by its greatest value; none for one kind."""
    hotels: int
    purchases: int

    @property
    def share_bp(self) -> int:
        return ONE * self.kinds // self.offered


@dataclass(frozen=True, slots=True)
class Depth:
    """How much they use, in the last twelve months; by the months in which they were active."""

    nights: int
    cents: int
    active_months: int
    nights_centi: int
    """Nights an active month, in hundredths."""
    month_cents: int
    """Spend an active month."""
    bill_cents: int
    """The average bill."""


@dataclass(frozen=True, slots=True)
class KindBought:
    """One kind of service in the purchases of a year: how often, for how much, and whether it counts."""

    kind: str
    purchases: int
    cents: int
    counts: bool


def year_before(day: date) -> date:
    """The day twelve months before; the last of February where there is no such day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def last_year(bought: Sequence[Purchase], *, as_of: date) -> list[Purchase]:
    """Purchases after the same day of last year, up to and including the day."""
    since = year_before(as_of)
    return [one for one in bought if since < one.day <= as_of]


def purchase_days(bought: Sequence[Purchase]) -> int:
    """On how many days something was bought: rooms of one evening do not come independently."""
    return len({one.day for one in bought})


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another."""
    return (last.year - first.year) * MONTHS + last.month - first.month - (last.day < first.day)


def length(
    bought: Sequence[Purchase], *, as_of: date, is_awake: bool, begins: date | None
) -> Derived[Length]:
    """How long the relationship has lasted; `begins` is the first day of all that was imported."""
    paid = [one.day for one in bought if one.cents > 0] or [one.day for one in bought]
    if not paid:
        nothing = Length(0, is_at_least=False, first=None, last=None, active_months=0, run_quarters=0)
        return Derived(nothing, "length", VERSION, {}, (Step("length.none"),))
    first, last = min(paid), max(one.day for one in bought)
    until = as_of if is_awake else last
    at_least = begins is not None and (first - begins).days < CENSORED_DAYS
    months = {(one.day.year, one.day.month) for one in bought}
    value = Length(months_between(first, until), at_least, first, last, len(months), _longest_run(bought))
    said: dict[str, Json] = {"first_date": first.isoformat(), "until_date": until.isoformat()}
    said["months"] = value.months
    steps = [Step("length.awake" if is_awake else "length.silent", said)]
    if at_least:
        steps.append(Step("length.at_least", {"begins_date": begins.isoformat() if begins else None}))
    steps.append(Step("length.months", {"active": value.active_months, "run": value.run_quarters}))
    return Derived(value, "length", VERSION, said, tuple(steps))


def kinds_bought(year: Sequence[Purchase]) -> list[KindBought]:
    """The kinds of service in the purchases of a year, and which of them breadth counts."""
    times: Counter[str] = Counter()
    spent: dict[str, int] = defaultdict(int)
    for one in year:
        for kind, cents in one.kinds:
            times[kind] += 1
            spent[kind] += cents
    total = sum(spent.values())
    return [
        KindBought(
            kind,
            times[kind],
            spent[kind],
            counts=times[kind] >= LEAST_PURCHASES or (total > 0 and spent[kind] >= LEAST_SHARE * total),
        )
        for kind in sorted(times)
    ]


def breadth(bought: Sequence[Purchase], *, as_of: date, offered: int) -> Derived[Breadth]:
    """How many of the kinds of service offered were bought in the last twelve months, and how evenly."""
    year = last_year(bought, as_of=as_of)
    counted = [one for one in kinds_bought(year) if one.counts]
    evenness = _evenness([one.cents for one in counted])
    hotels = len({one.property_id for one in year})
    value = Breadth(len(counted), offered, evenness, hotels, len(year))
    share = value.share_bp // CENTI * CENTI
    said = {"kinds": value.kinds, "offered": offered, "share_bp": share, "purchases": len(year)}
    steps = [Step("breadth.kinds", said)]
    if evenness is not None:
        steps.append(Step("breadth.evenness", {"evenness_bp": _half_up(evenness, CENTI) * CENTI}))
    steps.append(Step("breadth.hotels", {"hotels": hotels}))
    return Derived(value, "breadth", VERSION, said, tuple(steps))


def depth(bought: Sequence[Purchase], *, as_of: date) -> Derived[Depth]:
    """Nights and spend by active month, and the average bill, in the last twelve months."""
    year = last_year(bought, as_of=as_of)
    months = len({(one.day.year, one.day.month) for one in year})
    nights, cents = sum(one.nights for one in year), sum(one.cents for one in year)
    paid = [one.cents for one in year if one.cents > 0]
    value = Depth(
        nights=nights,
        cents=cents,
        active_months=months,
        nights_centi=_half_up(CENTI * nights, months),
        month_cents=_half_up(cents, months),
        bill_cents=_half_up(sum(paid), len(paid)),
    )
    said = {"nights": nights, "spent_cents": cents, "active": months}
    steps = [
        Step("depth.sums", {"year_nights": nights, "spent_cents": cents, "active": months}),
        Step("depth.bill", {"month_cents": value.month_cents, "bill_cents": value.bill_cents}),
    ]
    return Derived(value, "depth", VERSION, said, tuple(steps))


def nights_by_month(bought: Sequence[Purchase], *, as_of: date, months: int) -> dict[date, int]:
    """Nights of each of the last months, the one of the day included, by their first day."""
    number = as_of.year * MONTHS + as_of.month - 1
    firsts = [
        date((number - back) // MONTHS, (number - back) % MONTHS + 1, 1) for back in reversed(range(months))
    ]
    found: Mapping[date, int] = Counter()
    for one in bought:
        found[one.day.replace(day=1)] += one.nights  # type: ignore[index]  # a counter of our own
    return {first: found[first] for first in firsts}


def _longest_run(bought: Sequence[Purchase]) -> int:
    quarters = sorted({one.day.year * 4 + (one.day.month - 1) // 3 for one in bought})
    longest = run = 0
    for place, quarter in enumerate(quarters):
        run = run + 1 if place and quarter == quarters[place - 1] + 1 else 1
        longest = max(longest, run)
    return longest


def _evenness(spent: Sequence[int]) -> int | None:
    total = sum(spent)
    if len(spent) < LEAST_PURCHASES or not total:
        return None
    entropy = -sum(part / total * log(part / total) for part in spent if part)
    return _half_up(floor(entropy / log(len(spent)) * ONE * CENTI), CENTI)


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator) if denominator else 0

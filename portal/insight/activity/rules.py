"""How often they come, how long they have been silent, and what stage they are at.

Not P(alive): on real company bookings it ordered clients worse than a coin. The silence ratio only compares
the silence with the client's own rhythm, and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from itertools import pairwise

from portal.derivation import Derived, Step
from portal.insight.measures.rules import CENTI, ONE, VERSION, last_year
from portal.insight.purchases.rules import Purchase
from portal.statistics import intervals, ranks

OWN_RHYTHM_FROM = 4
"""Purchase days from which a client's own gaps are the measure; under it the peers' are."""
GAP_SHARE = 0.9
ASLEEP_BP, GONE_BP = ONE, 2 * ONE
REGULAR_QUARTERS = 3
QUARTERS = 4
QUARTER_DAYS = 365 / QUARTERS
REGULAR_BP, STAYS_REGULAR_BP = ONE, 8_000
"""Once regular they stay so until the frequency falls under four fifths of the reference."""
LEAST_CRITERIA = 3
PERCENT = 100


class Wakefulness(StrEnum):
    """Whether the silence is longer than usual."""

    AWAKE = "awake"
    ASLEEP = "asleep"
    GONE = "gone"


class Verdict(StrEnum):
    """What the interval of a frequency index proves."""

    ABOVE = "above"
    BELOW = "below"
    NOT_PROVEN = "not_proven"


class Reference(StrEnum):
    """What a frequency is compared with."""

    OWN_YEAR = "own_year"
    TIER = "tier"
    ALL = "all"


class Stage(IntEnum):
    """The stages of loyalty, each with its own door."""

    FIRST_CONTACT = 0
    SINGLE = 1
    REPEAT = 2
    REGULAR = 3
    ADVOCATE = 4


@dataclass(frozen=True, slots=True)
class Silence:
    """Days since the last purchase by the usual gap."""

    days: int
    gap_days: int
    ratio_bp: int
    is_own_rhythm: bool
    state: Wakefulness


@dataclass(frozen=True, slots=True)
class Expected:
    """Purchase days that were to be expected of a year, in hundredths, and by what."""

    centi: int
    reference: Reference


@dataclass(frozen=True, slots=True)
class Frequency:
    """Purchase days of a year by what was to be expected.

    Days, not purchases: five rooms of one evening are one decision to come, and would be taken for five.
    """

    days: int
    expected: Expected
    index_bp: int
    low_bp: int
    high_bp: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Criteria:
    """The five signs of a loyal client; none where nothing is known, which never counts as no."""

    recommends: bool | None = None
    bill_above: bool | None = None
    defends: bool | None = None
    uses_three: bool | None = None
    good_review: bool | None = None
    has_referral: bool | None = None

    @property
    def met(self) -> int:
        named = (self.recommends, self.bill_above, self.defends, self.uses_three, self.good_review)
        return sum(one is True for one in named)


def whole_percent(ratio_bp: int) -> int:
    """A ratio as sentences print it: to the percent."""
    return (ratio_bp + PERCENT // 2) // PERCENT * PERCENT


def own_gap(bought: Sequence[Purchase]) -> int | None:
    """The client's own 90th-percentile gap between purchase days; none under four of them."""
    days = sorted({one.day for one in bought})
    if len(days) < OWN_RHYTHM_FROM:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return max(1, round(ranks.quantile(gaps, GAP_SHARE)))


def silence(
    bought: Sequence[Purchase], *, as_of: date, peers_gap_days: int | None
) -> Derived[Silence] | None:
    """How long the silence is against the usual gap; none without a purchase or a rhythm to go by."""
    if not bought:
        return None
    own = own_gap(bought)
    gap = own if own is not None else peers_gap_days
    if not gap:
        return None
    days = (as_of - max(one.day for one in bought)).days
    ratio = ONE * days // gap
    state = Wakefulness.AWAKE if ratio <= ASLEEP_BP else Wakefulness.ASLEEP
    value = Silence(days, gap, ratio, own is not None, Wakefulness.GONE if ratio > GONE_BP else state)
    said = {"days": days, "gap": gap, "ratio_bp": whole_percent(ratio)}
    code = "silence.own" if own is not None else "silence.peers"
    return Derived(value, "silence", VERSION, said, (Step(code, said), Step(f"silence.{value.state}")))


def frequency(*, days: int, expected: Expected | None) -> Derived[Frequency] | None:
    """Purchase days against a reference, with an exact interval; none without a reference.

    The median of peers is taken as known: Garwood's interval. The own year before is itself a count and
    as uncertain as this one, so two Poisson counts are compared; scoring.md took it for known too, by
    which 8 days after 2 were "proven" more.
    """
    if expected is None or expected.centi <= 0:
        return None
    index = round(days * CENTI * ONE / expected.centi)
    if expected.reference is Reference.OWN_YEAR:
        ratio = intervals.poisson_ratio(events=days, before=expected.centi // CENTI)
        low, high = round(ratio.low * ONE), round(ratio.high * ONE)
    else:
        mean = intervals.garwood(events=days)
        low, high = (round(end * CENTI * ONE / expected.centi) for end in (mean.low, mean.high))
    verdict = Verdict.ABOVE if low > ONE else Verdict.BELOW if high < ONE else Verdict.NOT_PROVEN
    value = Frequency(days, expected, index, low, high, verdict)
    ends_bp = {"low_bp": whole_percent(low), "high_bp": whole_percent(high)}
    said = {
        "days": days,
        "before": expected.centi // CENTI,
        "usual_centi": expected.centi,
        "index_bp": whole_percent(index),
        **ends_bp,
    }
    steps = (
        Step(f"frequency.{expected.reference}", said),
        Step(f"frequency.{verdict}"),
    )
    return Derived(value, "frequency", VERSION, said, steps)


def quarters_bought(bought: Sequence[Purchase], *, as_of: date) -> int:
    """In how many of the four quarters of a year before the day something was bought."""
    backs = {int((as_of - one.day).days / QUARTER_DAYS) for one in last_year(bought, as_of=as_of)}
    return len({min(back, QUARTERS - 1) for back in backs})


def stage(
    bought: Sequence[Purchase],
    *,
    as_of: date,
    index: Frequency | None,
    criteria: Criteria,
    before: Stage | None,
) -> Derived[Stage]:
    """The stage reached on a day; `before` is the one they were at, which is kept a little longer.

    Where nothing is known to compare the frequency with, the quarters alone decide: unknown is not no.
    """
    days = len({one.day for one in bought})
    if days <= 1:
        value = Stage.SINGLE if days else Stage.FIRST_CONTACT
        return Derived(value, "stage", VERSION, {"days": days}, (Step(f"stage.{value.name.lower()}"),))
    quarters = quarters_bought(bought, as_of=as_of)
    was_regular = before is not None and before >= Stage.REGULAR
    door = STAYS_REGULAR_BP if was_regular else REGULAR_BP
    index_bp = index.index_bp if index is not None else None
    said_bp = whole_percent(index_bp) if index_bp is not None else None
    is_steady = quarters >= REGULAR_QUARTERS
    is_regular = is_steady and (index_bp is None or index_bp >= door)
    is_advocate = is_regular and criteria.met >= LEAST_CRITERIA and criteria.has_referral is True
    value = Stage.ADVOCATE if is_advocate else Stage.REGULAR if is_regular else Stage.REPEAT
    said = {"quarters": quarters, "index_bp": said_bp, "door_bp": door, "met": criteria.met}
    code = f"stage.{value.name.lower()}"
    if value is Stage.REPEAT and not is_steady:
        code = "stage.repeat_quarters"
    elif value is Stage.REGULAR and index_bp is None:
        code = "stage.regular_unmeasured"
    return Derived(value, "stage", VERSION, {"days": days, **said}, (Step(code, said),))

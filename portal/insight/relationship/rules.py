"""One relationship, put together: its measures, its place among peers, and what each reader is told.

Two editions are two value objects. What the client must not see has no field in theirs.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from statistics import median
from typing import TypeGuard

from portal.corporate.promises.rules import Promised
from portal.derivation import Derived
from portal.insight.activity import rules as activity
from portal.insight.activity.rules import (
    Criteria,
    Expected,
    Frequency,
    Reference,
    Silence,
    Stage,
    Wakefulness,
)
from portal.insight.measures.rules import (
    CENTI,
    Breadth,
    Depth,
    Length,
    breadth,
    depth,
    last_year,
    length,
    nights_by_month,
    purchase_days,
    year_before,
)
from portal.insight.purchases.rules import Purchase
from portal.statistics import bootstrap, ranks
from portal.statistics.cells import Cell
from portal.statistics.intervals import TooFewAnswers
from portal.statistics.ranks import Rank
from portal.surveys.results.rules import Index

ROLL_UP_JOB = "insight.roll_up"
REPORT_JOB = "insight.report"
CLIENT, HOTEL = "client", "hotel"
EDITIONS = (CLIENT, HOTEL)
LEAST_PEERS = 10
CHART_MONTHS = 24
SIZES = ((20, "many"), (5, "some"), (1, "few"), (0, "none"))
"""By purchases of the last twelve months."""
THREE_KINDS = 3


class DayHasPassed(ValueError):
    """A later day was rolled up already: figures and stages of an earlier one would overwrite it."""

    def __init__(self, *, day: date, kept: date) -> None:
        super().__init__(f"{day} is before {kept}, which was rolled up already.")
        self.day = day
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Profile:
    """The figures of one account by which others are compared with it."""

    account_id: int
    tier: str
    size: str
    length_months: int
    together_months: int
    """The length to the day itself, silent or not."""
    share_bp: int
    nights_centi: int
    month_cents: int
    year_purchases: int
    rate_centi: int
    """Purchase days in the last year, in hundredths; 0 for whoever has been a client for less than a year."""
    gap_days: int | None
    one_off_cents: int | None


@dataclass(frozen=True, slots=True)
class Places:
    """Ranks among peers; `group` says who the peers are."""

    group: str
    peers: int
    length: Rank
    breadth: Rank
    depth: Rank


class Peers:
    """Profiles that are compared with one another; each figure is put in order once, for all of them."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._known = {one.account_id: one for one in profiles}
        self._ordered: dict[str, list[int]] = {}

    def besides(self, own: Profile) -> int:
        """How many others there are."""
        return len(self._known) - (own.account_id in self._known)

    def rank(self, own: Profile, figure: str) -> Rank:
        """The place of a figure among the others'."""
        return ranks.rank_among(getattr(own, figure), self._in_order(figure), without=self._kept(own, figure))

    def usual(self, own: Profile, figure: str) -> int:
        """The median of a figure of the others."""
        return round(ranks.middle(self._in_order(figure), without=self._kept(own, figure)))

    def _kept(self, own: Profile, figure: str) -> int | None:
        kept = self._known.get(own.account_id)
        return None if kept is None else getattr(kept, figure)

    def _in_order(self, figure: str) -> list[int]:
        if figure not in self._ordered:
            self._ordered[figure] = sorted(getattr(one, figure) for one in self._known.values())
        return self._ordered[figure]


@dataclass(frozen=True)
class House:
    """What is known of the whole house when one relationship is measured.

    What its peers come to together is worked out once: each relationship would cost as much as all else.
    """

    as_of: date
    offered: int
    begins: date | None
    peers: Sequence[Profile]

    @cached_property
    def gap_days(self) -> int | None:
        """The usual gap of those who have a rhythm of their own."""
        gaps = [peer.gap_days for peer in self.peers if peer.gap_days is not None]
        return round(median(gaps)) if gaps else None

    @cached_property
    def groups(self) -> Mapping[tuple[str, ...], Peers]:
        """All, by tier, and by tier and size."""
        return _grouped(self.peers)

    @cached_property
    def rated(self) -> Mapping[tuple[str, ...], Peers]:
        """The same of those who have a rate."""
        return _grouped([peer for peer in self.peers if peer.rate_centi])

    @cached_property
    def one_off_bills(self) -> bootstrap.Resampled | None:
        """What clients of one day paid; none where they are too few."""
        try:
            return bootstrap.Resampled([peer.one_off_cents for peer in self.peers if peer.one_off_cents])
        except TooFewAnswers:
            return None


@dataclass(frozen=True, slots=True)
class Relationship:
    """Everything that is computed of one relationship."""

    as_of: date
    tier: str
    length: Derived[Length]
    together: Derived[Length]
    """The length to the day itself, silent or not: what the client is told, in the same words always."""
    breadth: Derived[Breadth]
    depth: Derived[Depth]
    silence: Derived[Silence] | None
    frequency: Derived[Frequency] | None
    stage: Derived[Stage]
    criteria: Criteria
    places: Places | None
    together_place: Rank | None
    """Of the length to the day itself, among the same peers."""
    spend_place: Rank | None
    """Of the spend of an active month, among the same peers."""
    months: Mapping[date, int]

    @property
    def state(self) -> Wakefulness:
        return self.silence.value.state if self.silence is not None else Wakefulness.AWAKE


@dataclass(frozen=True, slots=True)
class ClientEdition:
    """What the client is told: their own figures, their place, and what we promised them."""

    company: str
    as_of: date
    tier: str
    stage: Stage
    length: Derived[Length]
    breadth: Derived[Breadth]
    depth: Derived[Depth]
    places: Places | None
    months: Mapping[date, int]
    promised: Promised
    saved_cents: int
    guests: Index
    """What their travellers said, where it identifies nobody; hidden otherwise."""


@dataclass(frozen=True, slots=True)
class HotelEdition:
    """The same, and what is the hotel's own to know."""

    shared: ClientEdition
    """With the length and its place as they are measured: of the silent to their last purchase."""
    stage: Derived[Stage]
    silence: Derived[Silence] | None
    frequency: Derived[Frequency] | None
    spend_place: Rank | None
    """What others spend is the hotel's own to compare."""
    criteria: Criteria
    state: Wakefulness
    guests: Index
    bookers: int
    travellers: int
    manager: str
    open_cases: int


def profile(account_id: int, tier: str, bought: Sequence[Purchase], *, as_of: date, house: House) -> Profile:
    """The figures of one account as its peers are measured by them."""
    year = last_year(bought, as_of=as_of)
    found = depth(bought, as_of=as_of).value
    days = {one.day for one in bought}
    return Profile(
        account_id=account_id,
        tier=tier,
        size=next(name for least, name in SIZES if len(year) >= least),
        length_months=_length(bought, as_of=as_of, house=house).value.months,
        together_months=length(bought, as_of=as_of, is_awake=True, begins=house.begins).value.months,
        share_bp=breadth(bought, as_of=as_of, offered=house.offered).value.share_bp,
        nights_centi=found.nights_centi,
        month_cents=found.month_cents,
        year_purchases=len(year),
        rate_centi=CENTI * purchase_days(year) if _is_known_for_a_year(bought, as_of=as_of) else 0,
        gap_days=activity.own_gap(bought),
        one_off_cents=sum(one.cents for one in bought) if len(days) == 1 else None,
    )


def relate(
    own: Profile, bought: Sequence[Purchase], *, house: House, recommends: bool | None, before: Stage | None
) -> Relationship:
    """Measure one relationship on a day."""
    as_of = house.as_of
    index = activity.frequency(
        days=purchase_days(last_year(bought, as_of=as_of)),
        expected=_expected(own, bought, as_of=as_of, house=house),
    )
    wide = breadth(bought, as_of=as_of, offered=house.offered)
    criteria = Criteria(
        recommends=recommends,
        bill_above=_bill_above(bought, as_of=as_of, house=house),
        uses_three=wide.value.kinds >= THREE_KINDS if bought else None,
    )
    stage = activity.stage(
        bought, as_of=as_of, index=index.value if index else None, criteria=criteria, before=before
    )
    return Relationship(
        as_of=as_of,
        tier=own.tier,
        length=_length(bought, as_of=as_of, house=house),
        together=length(bought, as_of=as_of, is_awake=True, begins=house.begins),
        breadth=wide,
        depth=depth(bought, as_of=as_of),
        silence=activity.silence(bought, as_of=as_of, peers_gap_days=house.gap_days),
        frequency=index,
        stage=stage,
        criteria=criteria,
        places=places(own, house),
        together_place=place(own, house, "together_months"),
        spend_place=place(own, house, "month_cents"),
        months=nights_by_month(bought, as_of=as_of, months=CHART_MONTHS),
    )


def peers_of(own: Profile, house: House) -> tuple[str, Peers] | None:
    """Whoever it is compared with: of the same tier and size; of the tier, or all, where those are few."""
    keys = {"tier_and_size": (own.tier, own.size), "tier": (own.tier,), "all": ()}
    groups = ((name, house.groups.get(key)) for name, key in keys.items())
    return next(((name, peers) for name, peers in groups if _are_enough(peers, own)), None)


def places(own: Profile, house: House) -> Places | None:
    """The place of length, breadth and depth among peers; none where those are few."""
    found = peers_of(own, house)
    if found is None:
        return None
    name, peers = found
    return Places(
        group=name,
        peers=peers.besides(own),
        length=peers.rank(own, "length_months"),
        breadth=peers.rank(own, "share_bp"),
        depth=peers.rank(own, "nights_centi"),
    )


def place(own: Profile, house: House, figure: str) -> Rank | None:
    """The place of one more figure of the profile among the same peers."""
    found = peers_of(own, house)
    return found[1].rank(own, figure) if found is not None else None


def client_edition(
    found: Relationship, *, company: str, promised: Promised, saved_cents: int, guests: Index
) -> ClientEdition:
    """For the client; a report about one company names people, so few answers are no answers here."""
    few = guests.cell in {Cell.HIDDEN, Cell.DOTS}
    # The length that is printed and its place are of one measure, or their difference would tell of silence.
    places = found.places
    if places is not None and found.together_place is not None:
        places = replace(places, length=found.together_place)
    return ClientEdition(
        company=company,
        as_of=found.as_of,
        tier=found.tier,
        stage=found.stage.value,
        length=found.together,
        breadth=found.breadth,
        depth=found.depth,
        places=places,
        months=found.months,
        promised=promised,
        saved_cents=saved_cents,
        guests=Index(Cell.HIDDEN) if few else guests,
    )


def _grouped(profiles: Sequence[Profile]) -> dict[tuple[str, ...], Peers]:
    found: dict[tuple[str, ...], list[Profile]] = defaultdict(list)
    for one in profiles:
        for key in ((), (one.tier,), (one.tier, one.size)):
            found[key].append(one)
    return {key: Peers(own) for key, own in found.items()}


def _are_enough(peers: Peers | None, own: Profile) -> TypeGuard[Peers]:
    return peers is not None and peers.besides(own) >= LEAST_PEERS


def _length(bought: Sequence[Purchase], *, as_of: date, house: House) -> Derived[Length]:
    quiet = activity.silence(bought, as_of=as_of, peers_gap_days=house.gap_days)
    is_awake = quiet is None or quiet.value.state is Wakefulness.AWAKE
    return length(bought, as_of=as_of, is_awake=is_awake, begins=house.begins)


def _is_known_for_a_year(bought: Sequence[Purchase], *, as_of: date) -> bool:
    """Whoever came later has a first day for certain and few months to come again: no rate to compare."""
    return any(one.day <= year_before(as_of) for one in bought)


def _expected(own: Profile, bought: Sequence[Purchase], *, as_of: date, house: House) -> Expected | None:
    """What was to be expected of the last year: the own year before, else the usual of the tier, or of all.

    The usual is the median of the others who bought within the year, where there are enough of them. Only
    clients of a year and more are compared.
    """
    if not _is_known_for_a_year(bought, as_of=as_of):
        return None
    before = purchase_days(last_year(bought, as_of=year_before(as_of)))
    first = min((one.day for one in bought), default=as_of)
    if before and first <= year_before(year_before(as_of)):
        return Expected(CENTI * before, Reference.OWN_YEAR)
    for reference, key in ((Reference.TIER, (own.tier,)), (Reference.ALL, ())):
        peers = house.rated.get(key)
        if _are_enough(peers, own):
            return Expected(peers.usual(own, "rate_centi"), reference)
    return None


def _bill_above(bought: Sequence[Purchase], *, as_of: date, house: House) -> bool | None:
    """Whether the bill of a day is above that of one-off clients; none where the data are too few.

    A day's bill on both sides: whoever comes with five rooms once is compared with five rooms of a day.
    """
    days: dict[date, int] = defaultdict(int)
    for one in last_year(bought, as_of=as_of):
        days[one.day] += one.cents
    bills = [float(cents) for cents in days.values() if cents > 0]
    if house.one_off_bills is None:
        return None
    try:
        return bootstrap.ratio_of_means(bills, house.one_off_bills).low > 1
    except TooFewAnswers:
        return None

"""Stays and orders played in the order of their days: one engine for imported history and for today.

On each day first what is due happens (lots become active, lots die, on the review day the tier is
reviewed), then what came in is posted with the tier of that moment, and a tier that it opens is
given at once. Days are the property's; entries that the calendar makes carry the start of their
day in `zone`. What arrives late is posted on the day it is played, with its own service date: no
review that has been held is held again.

An `AccountState` is all that is needed to go on: playing a part, storing the state and playing the
rest gives the same entries and seals as playing all at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from heapq import heappop, heappush
from typing import TypeAlias

from portal.derivation import Derived
from portal.programme.chain.rules import Entry
from portal.programme.earning.rules import Accrual, accrual, starts_on
from portal.programme.intake.rules import Incoming, PerkFulfilled, StayCheckedOut, TakenBack, earns_nothing
from portal.programme.ledger.rules import (
    AlreadyDone,
    Lot,
    accrue,
    activate,
    expire,
    reverse,
)
from portal.programme.ranks.rules import last_with
from portal.programme.reviews.rules import first_review, review_days
from portal.programme.rules import Refusal, Rules, in_force
from portal.programme.standing.rules import (
    Count,
    SpendFact,
    Standing,
    StayFact,
    Verdict,
    carry,
    count,
    reached_tier,
    review,
    standing_of,
)
from portal.programme.state.rules import AccountState


class NotYetHappened(Refusal):
    """An event lies after the day up to which is played."""


class PlayedFurther(Refusal):
    """The account has been played beyond this day; time does not run back."""


@dataclass(frozen=True, slots=True)
class TierChange:
    """One step up or down: the count that led to it, and what the review made of it."""

    day: date
    before: str
    after: str
    standing: Derived[Standing]
    verdict: Derived[Verdict]


@dataclass(frozen=True, slots=True)
class Review:
    """A verdict on a tier: of a monthly review, or right after an accrual (`monthly` false)."""

    day: date
    monthly: bool
    standing: Derived[Standing]
    verdict: Derived[Verdict]


@dataclass(frozen=True, slots=True)
class Skipped:
    """An event that posted no points: `zero_nights`, `no_positive_rate`, `before_joining`,
    `below_one_point`, `nothing_to_reverse` or `already_done`.
    """

    key: str
    why: str


@dataclass(frozen=True, slots=True)
class Counted:
    """The window of a day as a review found it."""

    as_of: date
    counted: Count
    standing: Derived[Standing]


@dataclass(slots=True)
class Played:
    """What playing did, in order; `state` is the state that was given, moved on."""

    state: AccountState
    entries: list[Entry] = field(default_factory=list)
    tier_changes: list[TierChange] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Keys of events that came after their day had been played."""
    latest_count: Counted | None = None
    """The count of the last review, if nothing has come in since."""


def play(
    *,
    state: AccountState,
    events: Iterable[Incoming],
    until: date,
    versions: Sequence[Rules],
    zone: tzinfo = UTC,
    standstill: date | None = None,
) -> Played:
    """Play events and the calendar up to and including the day `until`; moves `state` on.

    Late events, of a day that has been played, are played on `until`. An account without a past waits
    for its first event: until then nothing can be late. After the day `standstill` the calendar stands
    still: what comes in is posted on its own day, but nothing falls due, and the window still ends on
    that day, orders of later days included; a demo is frozen like this.
    """
    through = state.played_through
    if through is not None and until < through:
        raise PlayedFurther(until_date=until.isoformat(), through_date=through.isoformat())
    played = Played(state)
    placed = _placed(events, through, until)
    if not placed and through is None and not state.ledger.seq:
        return played
    player = _Player(played, versions, zone, standstill or date.max)
    for day, event in placed:
        player.event(event, day)
        if day != event.day:
            played.late.append(event.key)
    player.begin(until)
    player.calendar(until)
    player.forget(until)
    state.played_through = max(state.played_through or until, min(until, player.last_day))
    return played


_Place: TypeAlias = tuple[date, int, date, str, int]


def _placed(events: Iterable[Incoming], through: date | None, until: date) -> list[tuple[date, Incoming]]:
    """Give each event the day on which it is played, in the order in which it is.

    What is taken back goes first, so that a changed stay is never counted twice at once; unless what
    it takes back is itself among the events and not played earlier: then it follows that.
    """
    places: dict[str, _Place] = {}
    found: list[tuple[_Place, Incoming]] = []
    for event in sorted(events, key=lambda event: isinstance(event, TakenBack)):
        if event.day > until:
            raise NotYetHappened(until_date=until.isoformat(), key=event.key)
        day = until if through is not None and event.day <= through else event.day
        place = (day, 1, event.day, event.key, 0)
        if isinstance(event, TakenBack):
            origin = places.get(event.reverses)
            follows = origin is not None and origin[0] >= day
            place = (*origin[:4], 1) if origin and follows else (day, 0, event.day, event.key, 0)
        places[event.key] = place
        found.append((place, event))
    return [(place[0], event) for place, event in sorted(found, key=lambda pair: pair[0])]


_ACTIVATION, _EXPIRY, _VERSION, _REVIEW = range(4)


class _Player:
    """One run of the engine over one account. The agenda is a heap of (day, what, lot)."""

    def __init__(self, played: Played, versions: Sequence[Rules], zone: tzinfo, last_day: date) -> None:
        self.played = played
        self.state = played.state
        self.versions = versions
        self.review_days = review_days(versions)
        self.zone = zone
        self.last_day = last_day
        self.agenda: list[tuple[date, int, int]] = []
        self.counted = {fact.key for fact in self.state.stays} | {order.key for order in self.state.spends}
        for lot in self.state.ledger.lots.values():
            self.plan(lot)
        if self.state.played_through is not None:
            self.plan_ahead(self.state.played_through)

    def begin(self, day: date) -> None:
        """Start the account's calendar: its first day, and the first review after it."""
        if self.state.tier_since is None:
            # The lowest tier of its first day, whichever version that is.
            self.state.tier = in_force(self.versions, day).tiers[0].code
            self.state.tier_since = day
        if self.state.played_through is None:
            self.state.played_through = min(day, self.last_day)
            self.plan_ahead(self.state.played_through)

    def plan(self, lot: Lot) -> None:
        """Put what awaits a lot into the agenda."""
        if lot.pending:
            heappush(self.agenda, (lot.activates_on, _ACTIVATION, lot.id))
        if lot.pending or lot.active:
            heappush(self.agenda, (lot.expires_on + timedelta(days=1), _EXPIRY, lot.id))

    def plan_ahead(self, after: date) -> None:
        """Put the next review into the agenda, and the days on which versions begin."""
        for rules in self.versions:
            if rules.effective_from > after:
                heappush(self.agenda, (rules.effective_from, _VERSION, 0))
        self.plan_review(after)

    def plan_review(self, after: date) -> None:
        """Put the next review into the agenda."""
        found = first_review(self.review_days, after.toordinal())
        heappush(self.agenda, (date.fromordinal(found), _REVIEW, 0))

    def calendar(self, through: date) -> None:
        """Let happen all that is due up to and including a day."""
        while self.agenda and self.agenda[0][0] <= min(through, self.last_day):
            day, what, number = heappop(self.agenda)
            if what == _REVIEW:
                self.review(day)
                self.plan_review(day)
            elif what == _VERSION:
                self.carry(day)
            else:
                self.due(self.state.ledger.lots[number], day)

    def due(self, lot: Lot, day: date) -> None:
        """Let a lot become active, or die, if its day has come."""
        at = self.start_of(day)
        if lot.pending and lot.activates_on <= day:
            self.post(activate(self.state.ledger, lot=lot.id, at=at, day=day))
        if lot.active and lot.expires_on < day:
            self.post(expire(self.state.ledger, lot=lot.id, at=at, day=day))

    def event(self, event: Incoming, day: date) -> None:
        """Post one event on a day, after what is due on it."""
        self.calendar(day)
        self.begin(day)
        state = self.state
        # Where the calendar stands still, no version begins: what comes in is the first to find it there.
        self.carry(day)
        self.played.latest_count = None
        if event.key in state.ledger.done or event.key in state.silent or event.key in self.counted:
            self.skip(event, "already_done")
        elif isinstance(event, TakenBack):
            self.take_back(event, day)
        else:
            self.earn(event, day)

    def earn(self, event: StayCheckedOut | PerkFulfilled, day: date) -> None:
        """Count a stay or an order, give its points by the tier of the moment, and look at the tier."""
        why = earns_nothing(event)
        if why is not None:
            self.state.silent.add(event.key)
            self.skip(event, why)
            return
        state, rules = self.state, in_force(self.versions, day)
        earned = accrual(rules=rules, tier=state.tier, bases=event.bases, earned_on=event.day)
        base_cents = sum(max(cents, 0) for _, cents in event.bases)
        if isinstance(event, StayCheckedOut):
            state.stays.append(StayFact(event.key, event.arrival, event.nights, base_cents, event.checkout))
        else:
            counted_on = min(event.fulfilled, self.last_day)
            state.spends.append(SpendFact(event.key, counted_on, base_cents, event.is_event))
        self.counted.add(event.key)
        begins = starts_on(rules=rules, joined_on=state.joined_on)
        is_member = begins is not None and begins <= event.service_date
        if is_member and earned.value.points:
            self.accrue(event, earned, day)
        else:
            # Its fact is forgotten one day; told again then, at a higher tier, it must stay silent.
            state.silent.add(event.key)
            self.skip(event, "below_one_point" if is_member else "before_joining")
        self.recognise(rules, day)

    def accrue(self, event: StayCheckedOut | PerkFulfilled, earned: Derived[Accrual], day: date) -> None:
        """Post the points of an event; of a late one the lot may be active, or dead, already."""
        ledger = self.state.ledger
        at = event.at or self.start_of(day)
        self.post(
            accrue(
                ledger,
                key=event.key,
                reference=event.reference,
                earned=earned,
                at=at,
                service_date=event.service_date,
            )
        )
        lot = ledger.lots[ledger.seq]
        self.due(lot, day)
        self.plan(lot)

    def take_back(self, event: TakenBack, day: date) -> None:
        """Forget what was counted, and reverse what it earned; the tier is a matter of the next review."""
        state = self.state
        state.stays = [fact for fact in state.stays if fact.key != event.reverses]
        state.spends = [fact for fact in state.spends if fact.key != event.reverses]
        self.counted.discard(event.reverses)
        if event.reverses not in state.ledger.done:
            self.skip(event, "nothing_to_reverse")
            return
        at = event.at or self.start_of(day)
        self.post(
            reverse(
                state.ledger,
                accrual_key=event.reverses,
                reference=event.reference,
                at=at,
                service_date=event.service_date,
            )
        )

    def recognise(self, rules: Rules, day: date) -> None:
        """Give a higher tier at once, and end a grace that is no longer needed."""
        if self.state.tier == rules.tiers[-1].code and self.state.grace_until is None:
            return
        counted = self.count(rules, day)
        reached = reached_tier(rules=rules, counted=counted)
        above = rules.rank(reached) - rules.rank(self.state.tier)
        if above > 0 or (above == 0 and self.state.grace_until is not None):
            self.judge(rules, counted, reached, day, monthly=False)

    def review(self, day: date) -> None:
        """Hold the monthly review."""
        rules, state = in_force(self.versions, day), self.state
        self.forget(day)
        is_lowest = state.tier == rules.tiers[0].code and state.grace_until is None
        if not state.stays and not state.spends and is_lowest:
            # Silent for a whole window and in the lowest tier: there is nothing to judge.
            return
        counted = self.count(rules, day)
        self.judge(rules, counted, reached_tier(rules=rules, counted=counted), day, monthly=True)

    def carry(self, day: date) -> None:
        """Carry over a company that stands in a tier which the rules of the day are without."""
        rules, tier = in_force(self.versions, day), self.state.tier
        if any(one.code == tier for one in rules.tiers):
            return
        counted, before = self.count(rules, day), last_with(self.versions, tier, day) or rules
        reached = reached_tier(rules=rules, counted=counted)
        verdict = carry(before=before, rules=rules, tier=tier, reached=reached, day=day)
        self.settle(rules, counted, verdict, day, monthly=True)

    def judge(self, rules: Rules, counted: Count, reached: str, day: date, *, monthly: bool) -> None:
        """Take over the verdict of a review."""
        tier, grace = self.state.tier, self.state.grace_until
        verdict = review(rules=rules, tier=tier, grace_until=grace, reached=reached, day=day)
        self.settle(rules, counted, verdict, day, monthly=monthly)

    def settle(
        self, rules: Rules, counted: Count, verdict: Derived[Verdict], day: date, *, monthly: bool
    ) -> None:
        """Have the tier that a verdict gives; keep the count that led to it."""
        state, before, as_of = self.state, self.state.tier, min(day, self.last_day)
        why = standing_of(rules=rules, counted=counted, as_of=as_of)
        self.played.latest_count = Counted(as_of, counted, why)
        state.tier, state.grace_until = verdict.value.tier, verdict.value.grace_until
        self.played.reviews.append(Review(day, monthly, why, verdict))
        if state.tier != before:
            state.tier_since = day
            self.played.tier_changes.append(TierChange(day, before, state.tier, why, verdict))

    def count(self, rules: Rules, day: date) -> Count:
        """Add up the window that ends on a day, or where the calendar stands still."""
        as_of = min(day, self.last_day)
        return count(
            window_days=rules.window_days, stays=self.state.stays, spends=self.state.spends, as_of=as_of
        )

    def forget(self, day: date) -> None:
        """Let go of facts that no window will hold again."""
        longest = max(rules.window_days for rules in self.versions)
        first = min(day, self.last_day) - timedelta(days=longest)
        state = self.state
        state.stays = [
            fact
            for fact in state.stays
            if fact.checkout > first or fact.arrival + timedelta(days=fact.nights) > first
        ]
        state.spends = [fact for fact in state.spends if fact.day > first]

    def start_of(self, day: date) -> datetime:
        """The instant at which a day begins."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def post(self, outcome: Entry | AlreadyDone) -> None:
        """Keep an entry that was posted."""
        if isinstance(outcome, Entry):
            self.played.entries.append(outcome)

    def skip(self, event: Incoming, why: str) -> None:
        """Report an event that posted no points."""
        self.played.skipped.append(Skipped(event.key, why))

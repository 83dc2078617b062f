"""The points of one account in memory, and the only ways in which they move.

Each function checks first, then posts one entry that sums to zero; a refusal changes nothing.
An entry whose key has been posted before is `AlreadyDone`, and changes nothing either.
Before points are held the account is played up to the day (`timeline.play`), so that what has
died is gone. `at` is an aware instant, `day` the same in the property's zone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.chain.rules import Bucket, Entry, Kind, Posting, genesis, seal
from portal.programme.earning.rules import Accrual
from portal.programme.redemption.rules import NotEnoughPoints
from portal.programme.rules import Refusal, Rules

Move: TypeAlias = tuple[Bucket, int | None, int]


class KeyTaken(Refusal):
    """Another account has used this key; its entry is none of ours."""


class PointsNotPositive(Refusal):
    """A movement needs at least one point."""


class UnknownLot(Refusal):
    """The account has no such lot, or it was not loaded."""


class UnknownHold(Refusal):
    """The points are no longer held: spent, released, or never set aside."""


class UnknownAccrual(Refusal):
    """There is no accrual to take back."""


class NothingToMove(Refusal):
    """The lot has nothing that could become active, or die, on this day."""


class RefundBeyondSpent(Refusal):
    """More points would come back than were spent."""


@dataclass(slots=True)
class Lot:
    """Points earned together. `id` is the seq of their accrual, `key` its idempotency key.

    `issued` is what the accrual gave, including what set off a debt; the others say where the points
    that went into the lot are now. Points that were spent are in none of them.
    """

    id: int
    key: str
    earned_on: date
    activates_on: date
    expires_on: date
    issued: int
    pending: int = 0
    active: int = 0
    held: int = 0
    expired: int = 0
    reversed: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """Points set aside, lot by lot; `until` when the desk's hold lapses, none for a booking's."""

    key: str
    reference: str
    allocation: tuple[tuple[int, int], ...]
    until: datetime | None = None

    @property
    def points(self) -> int:
        """How many points are held."""
        return sum(points for _, points in self.allocation)


@dataclass(slots=True)
class AccountLedger:
    """Lots, holds and balances of one account, the head of its chain, and the keys already posted."""

    account: str
    seq: int
    head: str
    balances: dict[Bucket, int] = field(default_factory=lambda: dict.fromkeys(Bucket, 0))
    lots: dict[int, Lot] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)

    @property
    def owed_points(self) -> int:
        """What the next accruals will set off first; never below zero."""
        return -self.balances[Bucket.OWED]

    def lot(self, number: int) -> Lot:
        """Find a lot."""
        if number not in self.lots:
            raise UnknownLot(lot=number)
        return self.lots[number]


@dataclass(frozen=True, slots=True)
class AlreadyDone:
    """An entry of this key is in the ledger; nothing was changed."""

    key: str


def open_ledger(account: str) -> AccountLedger:
    """Open an account's ledger; `account` is its public id."""
    return AccountLedger(account=account, seq=0, head=genesis(account))


def accrue(
    ledger: AccountLedger,
    *,
    key: str,
    reference: str,
    earned: Derived[Accrual],
    at: datetime,
    service_date: date,
) -> Entry | AlreadyDone:
    """Put earned points into a new lot, pending; what is owed is set off first."""
    return _give(
        ledger, Bucket.PENDING, key=key, reference=reference, earned=earned, at=at, service_date=service_date
    )


def credit(
    ledger: AccountLedger,
    *,
    key: str,
    reference: str,
    earned: Derived[Accrual],
    at: datetime,
    service_date: date,
) -> Entry | AlreadyDone:
    """Put points given by hand or as compensation into a new lot, active at once."""
    return _give(
        ledger, Bucket.ACTIVE, key=key, reference=reference, earned=earned, at=at, service_date=service_date
    )


def _give(
    ledger: AccountLedger,
    bucket: Bucket,
    *,
    key: str,
    reference: str,
    earned: Derived[Accrual],
    at: datetime,
    service_date: date,
) -> Entry | AlreadyDone:
    if key in ledger.done:
        return AlreadyDone(key)
    terms = earned.value
    if terms.points <= 0:
        raise PointsNotPositive(wanted_points=terms.points)
    number = ledger.seq + 1
    offset = min(terms.points, ledger.owed_points)
    moves: list[Move] = [(Bucket.ISSUED, None, -terms.points), (Bucket.OWED, None, offset)]
    moves.append((bucket, number, terms.points - offset))
    ledger.lots[number] = Lot(
        number, key, terms.earned_on, terms.activates_on, terms.expires_on, terms.points
    )
    kind = Kind.ACCRUAL if bucket is Bucket.PENDING else Kind.CREDIT
    return _post(ledger, kind, key, reference, at, service_date, moves, earned.to_json())


def activate(ledger: AccountLedger, *, lot: int, at: datetime, day: date) -> Entry | AlreadyDone:
    """Make a lot's pending points spendable."""
    found = ledger.lot(lot)
    key = f"activation:{found.key}"
    if key in ledger.done:
        return AlreadyDone(key)
    if not found.pending or found.activates_on > day:
        raise NothingToMove(lot=lot, day_date=day.isoformat())
    moves = [(Bucket.PENDING, lot, -found.pending), (Bucket.ACTIVE, lot, found.pending)]
    return _post(ledger, Kind.ACTIVATION, key, found.key, at, day, moves)


def expire(ledger: AccountLedger, *, lot: int, at: datetime, day: date) -> Entry | AlreadyDone:
    """Let a lot die after its last day; what is held of it stays held."""
    found = ledger.lot(lot)
    # A lot that was revived dies again, on another day.
    key = f"expiry:{found.key}:{found.expires_on.isoformat()}"
    if key in ledger.done:
        return AlreadyDone(key)
    if not found.active or found.expires_on >= day:
        raise NothingToMove(lot=lot, day_date=day.isoformat())
    moves = [(Bucket.ACTIVE, lot, -found.active), (Bucket.EXPIRED, lot, found.active)]
    return _post(ledger, Kind.EXPIRY, key, found.key, at, day, moves)


def hold(
    ledger: AccountLedger,
    *,
    key: str,
    reference: str,
    points: int,
    at: datetime,
    day: date,
    until: datetime | None = None,
) -> Entry | AlreadyDone:
    """Set points aside, from the lots that die first."""
    if key in ledger.done:
        return AlreadyDone(key)
    if points <= 0:
        raise PointsNotPositive(wanted_points=points)
    living = [lot for lot in by_death(ledger.lots.values()) if lot.active and lot.expires_on >= day]
    spendable = sum(lot.active for lot in living)
    if points > spendable:
        raise NotEnoughPoints(wanted_points=points, active_points=spendable)
    allocation = _take(points, [(lot.id, lot.active) for lot in living])
    moves = [(Bucket.ACTIVE, lot, -part) for lot, part in allocation]
    moves += [(Bucket.HELD, lot, part) for lot, part in allocation]
    ledger.holds[key] = Hold(key, reference, allocation, until)
    return _post(ledger, Kind.HOLD, key, reference, at, day, moves)


def spend(
    ledger: AccountLedger, *, key: str, hold: str, at: datetime, day: date, points: int | None = None
) -> Entry | AlreadyDone:
    """Spend what is held, or so many of it, oldest first; the rest stays held."""
    if key in ledger.done:
        return AlreadyDone(key)
    held = _open_hold(ledger, hold)
    wanted = held.points if points is None else points
    if wanted <= 0:
        raise PointsNotPositive(wanted_points=wanted)
    if wanted > held.points:
        raise NotEnoughPoints(wanted_points=wanted, active_points=held.points)
    spent = _take(wanted, held.allocation)
    moves = [(Bucket.HELD, lot, -part) for lot, part in spent]
    moves += [(Bucket.SPENT, lot, part) for lot, part in spent]
    taken = dict(spent)
    rest = tuple((lot, part - taken.get(lot, 0)) for lot, part in held.allocation)
    rest = tuple((lot, part) for lot, part in rest if part)
    if rest:
        ledger.holds[hold] = Hold(hold, held.reference, rest, held.until)
    else:
        del ledger.holds[hold]
    return _post(ledger, Kind.SPEND, key, held.reference, at, day, moves)


def release(
    ledger: AccountLedger, *, rules: Rules, key: str, hold: str, at: datetime, day: date
) -> Entry | AlreadyDone:
    """Give held points back to their lots; a lot that has died lives a little longer."""
    if key in ledger.done:
        return AlreadyDone(key)
    held = _open_hold(ledger, hold)
    moves, why = _give_back(ledger, rules, Bucket.HELD, held.allocation, day)
    del ledger.holds[hold]
    return _post(ledger, Kind.RELEASE, key, held.reference, at, day, moves, why)


def refund(
    ledger: AccountLedger,
    *,
    rules: Rules,
    key: str,
    reference: str,
    spent: Sequence[tuple[int, int]],
    at: datetime,
    day: date,
) -> Entry | AlreadyDone:
    """Give spent points back to their lots: a reward was cancelled. `spent` is (lot, points)."""
    if key in ledger.done:
        return AlreadyDone(key)
    total = sum(part for _, part in spent)
    if total <= 0 or any(part <= 0 for _, part in spent):
        raise PointsNotPositive(wanted_points=total)
    if total > ledger.balances[Bucket.SPENT]:
        raise RefundBeyondSpent(wanted_points=total, spent_points=ledger.balances[Bucket.SPENT])
    moves, why = _give_back(ledger, rules, Bucket.SPENT, spent, day)
    return _post(ledger, Kind.REFUND, key, reference, at, day, moves, why)


def reverse(
    ledger: AccountLedger, *, accrual_key: str, reference: str, at: datetime, service_date: date
) -> Entry | AlreadyDone:
    """Take an accrual or a credit back: what has died of it, then pending, then active; the rest is owed.

    Its own lot gives first, then the others from the one that dies first. Held points are promised
    to a guest and stay. An accrual is taken back once: its reversal has one key.
    """
    key = f"reversal:{accrual_key}"
    if key in ledger.done:
        return AlreadyDone(key)
    own = next((lot for lot in ledger.lots.values() if lot.key == accrual_key), None)
    if own is None:
        raise UnknownAccrual(accrual=accrual_key)
    others = [lot for lot in by_death(ledger.lots.values()) if lot is not own]
    purses = [(Bucket.EXPIRED, own.id, own.expired)]
    purses += [(Bucket.PENDING, lot.id, lot.pending) for lot in (own, *others)]
    purses += [(Bucket.ACTIVE, lot.id, lot.active) for lot in (own, *others)]
    moves: list[Move] = []
    rest = own.issued
    for bucket, lot, available in purses:
        part = min(rest, available)
        rest -= part
        moves += [(bucket, lot, -part), (Bucket.REVERSED, lot, part)]
    moves += [(Bucket.OWED, None, -rest), (Bucket.REVERSED, None, rest)]
    return _post(ledger, Kind.REVERSAL, key, reference, at, service_date, moves)


def lapsed_holds(ledger: AccountLedger, *, at: datetime) -> list[Hold]:
    """Find the holds whose time is over; the worker releases them."""
    return [held for held in ledger.holds.values() if held.until is not None and held.until <= at]


def _post(  # noqa: PLR0917 -- the entry's own fields
    ledger: AccountLedger,
    kind: Kind,
    key: str,
    reference: str,
    at: datetime,
    service_date: date,
    moves: Iterable[Move],
    derivation: dict[str, Json] | None = None,
) -> Entry:
    """Write an entry: the one place where points move."""
    postings = tuple(Posting(*move) for move in moves if move[2])
    seq = ledger.seq + 1
    entry = seal(
        ledger.account, seq, kind, key, at, service_date, reference, postings, derivation, ledger.head
    )
    for posting in postings:
        ledger.balances[posting.bucket] += posting.points
        if posting.lot is not None and posting.bucket is not Bucket.SPENT:
            lot, name = ledger.lots[posting.lot], posting.bucket.value
            setattr(lot, name, getattr(lot, name) + posting.points)
    ledger.seq, ledger.head = seq, entry.hash
    ledger.done.add(key)
    return entry


def by_death(lots: Iterable[Lot]) -> list[Lot]:
    """Put lots in the order in which they die, and are spent."""
    return sorted(lots, key=lambda lot: (lot.expires_on, lot.id))


def _take(points: int, purses: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Take points from purses in order: (lot, part) of those that gave something."""
    taken = []
    for lot, available in purses:
        part = min(points, available)
        if part:
            taken.append((lot, part))
            points -= part
    return tuple(taken)


def _open_hold(ledger: AccountLedger, key: str) -> Hold:
    if key not in ledger.holds:
        raise UnknownHold(hold=key)
    return ledger.holds[key]


def _give_back(
    ledger: AccountLedger, rules: Rules, source: Bucket, back: Sequence[tuple[int, int]], day: date
) -> tuple[list[Move], dict[str, Json] | None]:
    """Set off what is owed, give the rest back to its lots; those that are dead live some days more."""
    offset = dict(_take(ledger.owed_points, back))
    kept = [(lot, part - offset.get(lot, 0)) for lot, part in back]
    moves: list[Move] = [(source, lot, -part) for lot, part in back]
    moves += [(Bucket.OWED, None, sum(offset.values()))]
    moves += [(Bucket.ACTIVE, lot, part) for lot, part in kept]
    found = [(ledger.lot(number), part) for number, part in kept]
    dead = [lot for lot, part in found if part and lot.expires_on < day]
    if not dead:
        return moves, None
    why = _revival(
        version=rules.version,
        day=day.isoformat(),
        revival_days=rules.dead_lot_revival_days,
        lots=[lot.id for lot in dead],
    )
    for lot in dead:
        lot.expires_on = why.value
    return moves, why.to_json()


@recipe("ledger.revival")
def _revival(*, version: int, day: str, revival_days: int, lots: list[Json]) -> Derived[date]:
    until = date.fromisoformat(day) + timedelta(days=revival_days)
    inputs: dict[str, Json] = {"day": day, "revival_days": revival_days, "lots": list(lots)}
    values: dict[str, Json] = {"days": revival_days, "last_date": until.isoformat()}
    return Derived(until, "ledger.revival", version, inputs, (Step("ledger.revival", values),))

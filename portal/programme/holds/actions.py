"""Moving points: the account's balance is locked, the rules decide, one entry is written.

Every movement bears a key and happens once: asked for again it changes nothing and says so. A
key that another account has used is refused. The balance, lots and holds are kept in the same
transaction as the entry that changes them.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta

from portal.audit import actions as audit
from portal.programme import queries as programme
from portal.programme.chain.rules import Bucket, Entry, Kind
from portal.programme.holds import queries
from portal.programme.ledger import actions as ledger
from portal.programme.ledger import queries as ledger_queries
from portal.programme.ledger import rules
from portal.programme.ledger.actions import HoldChange, Moved
from portal.programme.ledger.rules import AccountLedger, AlreadyDone, KeyTaken, UnknownHold


def hold_points(
    *,
    account_id: int,
    key: str,
    reference: str,
    points: int,
    at: datetime,
    day: date,
    until: datetime | None = None,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Set points of an account aside, for a booking or, with `until`, for a minute at the desk.

    Raises `NotEnoughPoints`: of two who ask for the last points, one gets them.
    """
    books, standing_day = _locked(account_id, key, day)
    entry = rules.hold(
        books, key=key, reference=reference, points=points, at=at, day=standing_day, until=until
    )
    if isinstance(entry, Entry):
        change = HoldChange(key, books.holds[key], is_new=True, at=at)
        _record(account_id, books, entry, by=by, at=at, change=change)
    return entry


def spend_held(
    *,
    account_id: int,
    key: str,
    reference: str,
    hold_key: str,
    at: datetime,
    day: date,
    points: int | None = None,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Spend what a hold has set aside, or so many points of it; the rest stays held."""
    books, _ = _locked(account_id, key, day, hold_key)
    _check_reference(books, hold_key, reference)
    entry = rules.spend(books, key=key, hold=hold_key, at=at, day=day, points=points)
    if isinstance(entry, Entry):
        change = HoldChange(hold_key, books.holds.get(hold_key), is_new=False, at=at)
        _record(account_id, books, entry, by=by, at=at, change=change)
    return entry


def release_held(
    *,
    account_id: int,
    key: str,
    reference: str,
    hold_key: str,
    at: datetime,
    day: date,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Give back what a hold has set aside, to the lots it came from."""
    books, standing_day = _locked(account_id, key, day, hold_key)
    _check_reference(books, hold_key, reference)
    if key not in books.done and hold_key in books.holds:
        _expire_dead(account_id, books, books.holds[hold_key].allocation, at=at, day=standing_day)
    entry = rules.release(
        books, rules=programme.rules_in_force(day), key=key, hold=hold_key, at=at, day=standing_day
    )
    if isinstance(entry, Entry):
        change = HoldChange(hold_key, None, is_new=False, at=at)
        _record(account_id, books, entry, by=by, at=at, change=change)
    return entry


def refund_spent(
    *,
    account_id: int,
    key: str,
    spend_key: str,
    at: datetime,
    day: date,
    by: int | None = None,
) -> Entry | AlreadyDone:
    """Give back what was spent under a key: the reward was cancelled after all."""
    books, standing_day = _locked(account_id, key, day)
    spent = ledger_queries.entry_by_key(account_id, spend_key)
    if spent is None or spent.kind is not Kind.SPEND:
        raise UnknownHold(hold=spend_key)
    parts = [
        (posting.lot, posting.points)
        for posting in spent.postings
        if posting.bucket is Bucket.SPENT and posting.lot is not None
    ]
    books.lots |= ledger_queries.lots_numbered(account_id, {lot for lot, _ in parts} - books.lots.keys())
    if key not in books.done:
        _expire_dead(account_id, books, parts, at=at, day=standing_day)
    entry = rules.refund(
        books,
        rules=programme.rules_in_force(day),
        key=key,
        reference=spent.reference,
        spent=parts,
        at=at,
        day=standing_day,
    )
    if isinstance(entry, Entry):
        _record(account_id, books, entry, by=by, at=at)
    return entry


def release_lapsed(*, at: datetime, day: date, limit: int) -> int:
    """Give back what was held longer than promised; say how many holds were."""
    released = 0
    # In the order of their accounts, like every other taker of locks.
    for account_id, hold in sorted(queries.lapsed_holds(at=at, limit=limit), key=lambda pair: pair[0]):
        # The desk may have spent or released it between the reading and the lock; the others still lapse.
        with suppress(UnknownHold):
            entry = release_held(
                account_id=account_id,
                key=f"lapse:{hold.key}",
                reference=hold.reference,
                hold_key=hold.key,
                at=at,
                day=day,
            )
            released += isinstance(entry, Entry)
    return released


def _locked(account_id: int, key: str, day: date, hold_key: str = "") -> tuple[AccountLedger, date]:
    """The account's books, locked, and the day on which it stands."""
    found = queries.locked_ledger(account_id, key=key, hold_key=hold_key)
    if found is None:
        ledger.lock_ledgers([account_id])
        found = queries.locked_ledger(account_id, key=key, hold_key=hold_key)
    if found is None:
        raise LookupError(account_id)
    if found.owner is not None and found.owner != account_id:
        raise KeyTaken
    if found.owner is not None:
        found.ledger.done.add(key)
    # Where the calendar of the demo stands still, no lot dies of a day that was never played.
    return found.ledger, min(day, found.frozen_on or day)


def _check_reference(books: AccountLedger, hold_key: str, reference: str) -> None:
    held = books.holds.get(hold_key)
    if held is not None and held.reference != reference:
        raise UnknownHold(hold=hold_key)


def _expire_dead(
    account_id: int, books: AccountLedger, back: Iterable[tuple[int, int]], *, at: datetime, day: date
) -> None:
    # What comes back lives some days more; what else is in its lot and has had its day does not.
    for lot in [books.lot(number) for number, _ in back]:
        if lot.active and lot.expires_on < day:
            entry = rules.expire(books, lot=lot.id, at=at, day=lot.expires_on + timedelta(days=1))
            if isinstance(entry, Entry):
                _record(account_id, books, entry, by=None, at=at)


def _record(
    account_id: int,
    books: AccountLedger,
    entry: Entry,
    *,
    by: int | None,
    at: datetime,
    change: HoldChange | None = None,
) -> None:
    ledger.write_entry(move=Moved(account_id, books, [entry]), change=change)
    moved = sum(posting.points for posting in entry.postings if posting.points > 0)
    audit.record(
        action=f"points.{entry.kind}",
        subject_kind="account",
        subject_id=entry.account,
        details={"seq": entry.seq, "points": moved, "reference": entry.reference},
        by=by,
        at=at,
    )

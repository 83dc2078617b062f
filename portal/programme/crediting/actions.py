"""Giving points by hand or by an opening balance, and taking such points back.

The account's balance is locked, one entry is written, and an account that never was played begins
its calendar: what was given must be able to die.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from portal.audit import actions as audit
from portal.database import db
from portal.derivation import Derived
from portal.hotel import queries as hotel
from portal.programme.chain.rules import Entry
from portal.programme.earning.rules import Accrual
from portal.programme.ledger import actions as ledger
from portal.programme.ledger import queries, rules
from portal.programme.ledger.actions import Moved
from portal.programme.ledger.rules import AccountLedger, AlreadyDone, KeyTaken
from portal.programme.standing.models import AccountStanding
from portal.programme.timeline import actions as timeline

ACCOUNTS_AT_ONCE = 200


def give_points(
    *,
    account_id: int,
    key: str,
    reference: str,
    earned: Derived[Accrual],
    at: datetime,
    day: date,
    by: int | None,
) -> Entry | AlreadyDone:
    """Put points into a new lot of an account, active at once; the same key gives them once."""
    books = _locked(account_id, key)
    entry = rules.credit(books, key=key, reference=reference, earned=earned, at=at, service_date=day)
    if isinstance(entry, Entry):
        _record(account_id, books, entry, points=earned.value.points, by=by, at=at)
        begin_calendars(account_ids=[account_id], day=day, at=at)
    return entry


def take_points_back(
    *, account_id: int, given_key: str, reference: str, at: datetime, day: date, by: int | None
) -> Entry | AlreadyDone:
    """Reverse what a key gave, once; what is spent already is set off against what comes next."""
    books = _locked(account_id, f"reversal:{given_key}")
    owner, lot = queries.posted([given_key]).get(given_key, (None, None))
    if owner != account_id or lot is None:
        raise rules.UnknownAccrual(accrual=given_key)
    books.lots.setdefault(lot.id, lot)
    entry = rules.reverse(books, accrual_key=given_key, reference=reference, at=at, service_date=day)
    if isinstance(entry, Entry):
        _record(account_id, books, entry, points=lot.issued, by=by, at=at)
    return entry


def begin_calendars(*, account_ids: Sequence[int], day: date, at: datetime) -> None:
    """Let the days of accounts begin that nobody has played yet."""
    until = first_day(day)
    for start in range(0, len(account_ids), ACCOUNTS_AT_ONCE):
        some = account_ids[start : start + ACCOUNTS_AT_ONCE]
        begun = select(AccountStanding.account_id).where(
            AccountStanding.account_id.in_(some), AccountStanding.played_through.is_not(None)
        )
        new = sorted(set(some) - set(db.session.scalars(begun)))
        if new:
            timeline.play_accounts(account_ids=new, until=until, at=at)


def first_day(day: date) -> date:
    """The day on which a calendar begins; where a demo stands still, its day."""
    frozen = hotel.demo_as_of()
    return day if frozen is None else min(day, frozen)


def _locked(account_id: int, key: str) -> AccountLedger:
    books = ledger.lock_ledgers([account_id])[account_id]
    owner = queries.owner_of(key)
    if owner is not None and owner != account_id:
        raise KeyTaken
    if owner is not None:
        books.done.add(key)
    return books


def _record(
    account_id: int, books: AccountLedger, entry: Entry, *, points: int, by: int | None, at: datetime
) -> None:
    ledger.write_moves([Moved(account_id, books, [entry])])
    audit.record(
        action=f"points.{entry.kind}",
        subject_kind="account",
        subject_id=entry.account,
        details={"seq": entry.seq, "points": points, "reference": entry.reference},
        by=by,
        at=at,
    )

"""Asking for a rate, another's word on it, and its early end."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.audit import actions as audit
from portal.clock import local_date
from portal.database import db
from portal.hotel.models import Property
from portal.programme.contracts import queries, rules
from portal.programme.contracts.models import ContractEnd, ContractEndWish, ContractRate, RateOutcome
from portal.programme.contracts.queries import RateReach


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract agrees: where, which rooms, how much net, from when to when, and its number."""

    house: Property
    room_kind: str
    night_cents: int
    begins_on: date
    ends_on: date
    contract: str


@dataclass(frozen=True, slots=True)
class End:
    """An early end as it is asked for. The token makes two clicks one wish."""

    token: uuid.UUID
    last_on: date
    reason: str


def ask_rate(*, token: uuid.UUID, account_id: int, terms: Terms, by_id: int, at: datetime) -> ContractRate:
    """Ask another to agree to a rate. The same token asks once. Raises `RatesOverlap`."""
    rules.check_dates(terms.begins_on, terms.ends_on)
    queries.lock_account(account_id)
    asked = {
        "by_id": by_id,
        "account_id": account_id,
        "property_id": terms.house.id,
        "room_kind": rules.room_folded(terms.room_kind),
        "night_cents": terms.night_cents,
        "begins_on": terms.begins_on,
        "ends_on": terms.ends_on,
        "contract": terms.contract,
    }
    if (known := queries.rate_by_token(token)) is not None:
        if any(getattr(known, name) != value for name, value in asked.items()):
            raise rules.RateFormTaken
        return known
    rate = ContractRate(public_id=token, **asked, asked_at=at, expires_at=at + rules.WAITS)
    others = queries.rates_beside(rate)
    rules.check_apart(others, begins_on=rate.begins_on, ends_on=rate.ends_on, at=at)
    db.session.add(rate)
    db.session.flush()
    _record(rate, "contract.ask", by_id=by_id, at=at)
    return rate


def decide(
    *, public_id: uuid.UUID, reach: RateReach, agrees: bool, words: str, by_id: int, at: datetime
) -> ContractRate:
    """Say yes or no to a rate that somebody else asked for."""
    rate = _locked(public_id, reach)
    rules.check_decides(rate, by_id=by_id, at=at)
    if not agrees and not words:
        raise rules.DeclineNeedsWords
    if agrees:
        others = queries.rates_beside(rate)
        rules.check_apart(others, begins_on=rate.begins_on, ends_on=rate.ends_on, at=at, agreed_only=True)
    outcome = RateOutcome.AGREED if agrees else RateOutcome.DECLINED
    _settle(rate, outcome, words=words, by_id=by_id, at=at)
    _record(rate, "contract.agree" if agrees else "contract.decline", by_id=by_id, at=at)
    return rate


def withdraw(*, public_id: uuid.UUID, reach: RateReach, by_id: int, at: datetime) -> ContractRate:
    """Take one's own wish back while it waits."""
    rate = _locked(public_id, reach)
    if rate.by_id != by_id:
        raise rules.NoSuchRate
    rules.check_waits(rate, at=at)
    _settle(rate, RateOutcome.WITHDRAWN, words="", by_id=by_id, at=at)
    _record(rate, "contract.withdraw", by_id=by_id, at=at)
    return rate


def ask_end(*, public_id: uuid.UUID, reach: RateReach, end: End, by_id: int, at: datetime) -> ContractEndWish:
    """Ask another to let an agreed rate end early. The same token asks once.

    Raises `RateCannotEnd`, `EndNotPossible`, `EndWaits`.
    """
    rate = _locked(public_id, reach)
    asked = {"rate_id": rate.id, "last_on": end.last_on, "reason": end.reason, "by_id": by_id}
    if (known := queries.end_wish_by_token(end.token)) is not None:
        if any(getattr(known, name) != value for name, value in asked.items()):
            raise rules.RateFormTaken
        return known
    rules.check_ends(rate, last_on=end.last_on, today=local_date(at, rate.house.zone))
    if queries.waiting_end(rate.id, at=at) is not None:
        raise rules.EndWaits
    wish = ContractEndWish(public_id=end.token, **asked, asked_at=at, expires_at=at + rules.WAITS)
    db.session.add(wish)
    db.session.flush()
    _record(rate, "contract.end_ask", by_id=by_id, at=at, last_on=end.last_on.isoformat())
    return wish


def decide_end(
    *, public_id: uuid.UUID, reach: RateReach, agrees: bool, words: str, by_id: int, at: datetime
) -> ContractRate:
    """Say yes or no to an end that somebody else asked for. What is over by then keeps its price."""
    wish, rate = _locked_end(public_id, reach)
    rules.check_end_decides(wish, by_id=by_id, at=at)
    if not agrees and not words:
        raise rules.DeclineNeedsWords
    if agrees:
        rules.check_ends(rate, last_on=wish.last_on, today=local_date(at, rate.house.zone))
        rate.end = ContractEnd(last_on=wish.last_on, reason=wish.reason, by_id=wish.by_id, at=at)
    outcome = RateOutcome.AGREED if agrees else RateOutcome.DECLINED
    _settle(wish, outcome, words=words, by_id=by_id, at=at)
    action = "contract.end" if agrees else "contract.end_decline"
    _record(rate, action, by_id=by_id, at=at, last_on=wish.last_on.isoformat())
    return rate


def withdraw_end(*, public_id: uuid.UUID, reach: RateReach, by_id: int, at: datetime) -> ContractRate:
    """Take back one's own wish for an end while it waits."""
    wish, rate = _locked_end(public_id, reach)
    if wish.by_id != by_id:
        raise rules.NoSuchRate
    if not rules.waits(wish, at=at):
        raise rules.EndWaitsNoLonger
    _settle(wish, RateOutcome.WITHDRAWN, words="", by_id=by_id, at=at)
    _record(rate, "contract.end_withdraw", by_id=by_id, at=at, last_on=wish.last_on.isoformat())
    return rate


def _locked(public_id: uuid.UUID, reach: RateReach) -> ContractRate:
    """The rate, with all rates of its company waiting for this transaction."""
    found = queries.rate_within(reach, public_id)
    if found is None:
        raise rules.NoSuchRate
    queries.lock_account(found.account_id)
    rate = queries.rate_within(reach, public_id, lock=True)
    if rate is None:
        raise rules.NoSuchRate
    return rate


def _locked_end(public_id: uuid.UUID, reach: RateReach) -> tuple[ContractEndWish, ContractRate]:
    """A wish for an end and its rate, the two of them waiting for this transaction."""
    found = queries.end_wish_within(reach, public_id)
    if found is None:
        raise rules.NoSuchRate
    queries.lock_account(found.rate.account_id)
    wish = queries.end_wish_within(reach, public_id, fresh=True) or found
    return wish, _locked(wish.rate.public_id, reach)


def _settle(
    wish: ContractRate | ContractEndWish, outcome: RateOutcome, *, words: str, by_id: int, at: datetime
) -> None:
    wish.outcome, wish.settled_at, wish.settled_by_id, wish.settled_words = outcome, at, by_id, words
    db.session.flush()


def _record(rate: ContractRate, action: str, *, by_id: int, at: datetime, **more: Any) -> None:
    details = {
        "rate": str(rate.public_id),
        "room": rate.room_kind,
        "night_cents": rate.night_cents,
        "begins_on": rate.begins_on.isoformat(),
        "ends_on": rate.ends_on.isoformat(),
        "contract": rate.contract,
    }
    audit.record(
        action=action,
        subject_kind="account",
        subject_id=queries.account_public_id(rate.account_id),
        details=details | more,
        by=by_id,
        at=at,
    )

"""Asking for points by hand, deciding on it, taking back what was given."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from portal import clock
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.database import db
from portal.derivation import Derived
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.chain.rules import Entry
from portal.programme.crediting import actions as crediting
from portal.programme.credits import emails, queries, rules
from portal.programme.credits.models import (
    CreditDecision,
    CreditOutcome,
    CreditReason,
    CreditRequest,
    CreditRole,
)
from portal.programme.credits.queries import CreditReach
from portal.programme.earning.rules import credit_approvals, manual_credit
from portal.programme.ledger import actions as ledger
from portal.programme.notices import queries as notices
from portal.programme.rules import Rules


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why: the kind of reason, what happened, and what proves it."""

    reason: CreditReason
    words: str
    evidence: str


@dataclass(frozen=True, slots=True)
class AtDesk:
    """The stay at hand: the hotel, the reservation as it was typed, and the guest's card."""

    property_id: int
    reservation: str
    card_id: int | None = None


def ask_credit(
    *,
    token: uuid.UUID,
    account_id: int,
    points: int,
    grounds: Grounds,
    by_id: int,
    at: datetime,
    desk: AtDesk | None = None,
) -> CreditRequest:
    """Give an account points by hand, or ask others to agree where the limits say so.

    The same token asks once. Raises `CreditNotPositive`, or `TokenTaken`.
    """
    queries.lock_person(by_id)
    # Two at two desks may speak of one stay: the company's balance is what they both wait for.
    ledger.lock_ledgers([account_id])
    if (known := queries.request_by_token(token)) is not None:
        rules.check_again(known, asked=_asked(account_id, points, grounds, by_id, desk=desk))
        return known
    stay = rules.folded_stay(desk.reservation) if desk else None
    needed = _needed(account_id, points, by_id, at, desk, stay)
    request = _request(token, account_id, points, grounds, by_id, at, needed)
    if desk is not None:
        request.role, request.property_id = CreditRole.DESK, desk.property_id
        request.stay_reference, request.card_id = stay, desk.card_id
    return _enter(request, at=at)


def take_back(
    *, public_id: uuid.UUID, reach: CreditReach, token: uuid.UUID, grounds: Grounds, by_id: int, at: datetime
) -> CreditRequest:
    """Take back what a request gave, or ask another to agree where it was much. Once."""
    queries.lock_person(by_id)
    given = queries.request_for(reach, public_id, lock=True)
    if given is None:
        raise rules.NotTheirs
    ledger.lock_ledgers([given.account_id])
    if (known := queries.request_by_token(token)) is not None:
        rules.check_again(known, asked=_asked(given.account_id, given.points, grounds, by_id, back=given))
        return known
    if not rules.is_done(given) or given.takes_back_id or queries.taken_back_by(given.id, at=at):
        raise rules.NothingToTakeBack
    before = queries.given_to_account(
        by_id=by_id, account_id=given.account_id, since=at - rules.SHIFT, at=at, is_back=True
    )
    needed = credit_approvals(
        rules=_rules(at), role=CreditRole.MANAGER, points=given.points, shift_points=before
    )
    request = _request(token, given.account_id, given.points, grounds, by_id, at, needed)
    request.takes_back = given
    return _enter(request, at=at)


def decide(
    *, public_id: uuid.UUID, reach: CreditReach, agrees: bool, words: str, by_id: int, at: datetime
) -> CreditRequest:
    """Say yes or no to a request of somebody else; the last yes that is needed carries it out."""
    request = queries.request_for(reach, public_id, lock=True)
    if request is None:
        raise rules.NotTheirs
    decided = {decision.by_id for decision in request.decisions}
    rules.check_decides(request, by_id=by_id, decided=decided, at=at)
    if not agrees and not words:
        raise rules.WordsMissing
    db.session.add(CreditDecision(request_id=request.id, by_id=by_id, agrees=agrees, words=words, at=at))
    _record(request, "credit.agree" if agrees else "credit.decline", by_id=by_id, at=at)
    if not agrees:
        request.outcome, request.settled_at = CreditOutcome.DECLINED, at
    elif len(decided) + 1 >= request.approvals:
        _carry_out(request, by_id=by_id, at=at)
    db.session.flush()
    return request


def withdraw(*, public_id: uuid.UUID, reach: CreditReach, by_id: int, at: datetime) -> CreditRequest:
    """Take one's own request back before anybody has carried it out."""
    request = queries.request_for(reach, public_id, lock=True)
    if request is None or request.by_id != by_id:
        raise rules.NotTheirs
    rules.check_open(request, at=at)
    request.outcome, request.settled_at = CreditOutcome.WITHDRAWN, at
    _record(request, "credit.withdraw", by_id=by_id, at=at)
    db.session.flush()
    return request


def _asked(
    account_id: int,
    points: int,
    grounds: Grounds,
    by_id: int,
    *,
    desk: AtDesk | None = None,
    back: CreditRequest | None = None,
) -> rules.Asked:
    return rules.Asked(
        by_id=by_id,
        account_id=account_id,
        points=points,
        reason=grounds.reason,
        words=grounds.words,
        evidence=grounds.evidence,
        property_id=desk.property_id if desk else None,
        stay_reference=rules.folded_stay(desk.reservation) if desk else None,
        card_id=desk.card_id if desk else None,
        takes_back_id=back.id if back else None,
    )


def _needed(  # noqa: PLR0917 -- one question of one action
    account_id: int, points: int, by_id: int, at: datetime, desk: AtDesk | None, stay: str | None
) -> Derived[int]:
    since = at - rules.SHIFT
    if desk is None or stay is None:
        given = queries.given_to_account(by_id=by_id, account_id=account_id, since=since, at=at)
        return credit_approvals(rules=_rules(at), role=CreditRole.MANAGER, points=points, shift_points=given)
    return credit_approvals(
        rules=_rules(at),
        role=CreditRole.DESK,
        points=points,
        stay_points=queries.given_for_stay(
            account_id=account_id,
            property_id=desk.property_id,
            stay=stay,
            card_id=desk.card_id,
            since=since,
            at=at,
        ),
        shift_points=queries.given_in_shift(by_id=by_id, since=since, at=at),
    )


def _request(  # noqa: PLR0917 -- the request's own fields
    token: uuid.UUID,
    account_id: int,
    points: int,
    grounds: Grounds,
    by_id: int,
    at: datetime,
    needed: Derived[int],
) -> CreditRequest:
    return CreditRequest(
        public_id=token,
        account=db.session.get_one(Account, account_id),
        takes_back=None,
        role=CreditRole.MANAGER,
        points=points,
        reason=grounds.reason,
        words=grounds.words,
        evidence=grounds.evidence,
        approvals=needed.value,
        derivation=needed.to_json(),
        by_id=by_id,
        asked_at=at,
        expires_at=at + rules.WAITS,
    )


def _enter(request: CreditRequest, *, at: datetime) -> CreditRequest:
    db.session.add(request)
    db.session.flush()
    action = "credit.ask_back" if request.takes_back_id else "credit.ask"
    _record(request, action, by_id=request.by_id, at=at)
    if not request.approvals:
        _carry_out(request, by_id=request.by_id, at=at)
        db.session.flush()
    return request


def _carry_out(request: CreditRequest, *, by_id: int, at: datetime) -> None:
    day, own = clock.local_date(at, hotel.house_zone()), rules.ledger_key(request)
    account_id = request.account_id
    # Who asked and who agreed stands with the request; whose act completed it, with the entry.
    if request.takes_back is not None:
        given = rules.ledger_key(request.takes_back)
        entry = crediting.take_points_back(
            account_id=account_id, given_key=given, reference=own, at=at, day=day, by=by_id
        )
    else:
        earned = manual_credit(rules=_rules(at), points=request.points, earned_on=day)
        entry = crediting.give_points(
            account_id=account_id, key=own, reference=own, earned=earned, at=at, day=day, by=by_id
        )
    request.outcome, request.settled_at = CreditOutcome.DONE, at
    request.entry_seq = entry.seq if isinstance(entry, Entry) else None
    _tell(request, at=at)


def _tell(request: CreditRequest, *, at: datetime) -> None:
    zone = hotel.house_zone()
    for account, people in notices.accounts_with_administrators([request.account_id]).values():
        for person in people:
            emails.points_by_hand(request=request, account=account, to=person, zone=zone, at=at)


def _rules(at: datetime) -> Rules:
    return programme.rules_in_force(clock.local_date(at, hotel.house_zone()))


def _record(request: CreditRequest, action: str, *, by_id: int, at: datetime) -> None:
    details = {"request": str(request.public_id), "points": request.points, "reason": request.reason}
    audit.record(
        action=action,
        subject_kind="account",
        subject_id=request.account.public_id,
        details=details,
        by=by_id,
        at=at,
    )

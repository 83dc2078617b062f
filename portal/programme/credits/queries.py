"""Reads of requests for points by hand, each within the reach of whoever asks."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal.accounts.models import Account, Card
from portal.database import db, integer_sum
from portal.people.models import Person
from portal.programme.credits.models import CreditDecision, CreditOutcome, CreditRequest, CreditRole
from portal.programme.overview.queries import Reach
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30


class Tab(StrEnum):
    """The tabs of the list."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class CreditReach:
    """Whose requests somebody may read: those about accounts in reach, of own hotels, and one's own."""

    accounts: Reach
    property_ids: tuple[int, ...] = ()
    by_id: int | None = None

    def condition(self) -> ColumnElement[bool]:
        """The same as a condition on requests joined with their accounts."""
        ways = [self.accounts.condition(), CreditRequest.property_id.in_(self.property_ids)]
        if self.by_id is not None:
            ways.append(CreditRequest.by_id == self.by_id)
        return or_(*ways)


def requests(
    reach: CreditReach, *, tab: Tab, at: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[CreditRequest]:
    """Requests within reach, the latest first."""
    statement = (
        _within(reach)
        .options(joinedload(CreditRequest.by), joinedload(CreditRequest.house))
        .where(_under(tab, at))
        .order_by(CreditRequest.asked_at.desc(), CreditRequest.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        asked_at, request_id = key
        same = and_(CreditRequest.asked_at == asked_at, CreditRequest.id < request_id)
        statement = statement.where(or_(CreditRequest.asked_at < asked_at, same))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].asked_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def counts(reach: CreditReach, *, at: datetime) -> Mapping[Tab, int]:
    """How many there are under each tab."""
    columns = [func.count(CreditRequest.id).filter(_under(tab, at)) for tab in Tab]
    statement = (
        select(*columns).select_from(CreditRequest).join(CreditRequest.account).where(reach.condition())
    )
    row = db.session.execute(statement).one()
    return dict(zip(Tab, (int(number) for number in row), strict=True))


def request_for(reach: CreditReach, public_id: uuid.UUID, *, lock: bool = False) -> CreditRequest | None:
    """One request with everything that was said to it; what is not within reach is not found."""
    statement = (
        _within(reach)
        .options(
            joinedload(CreditRequest.by),
            joinedload(CreditRequest.house),
            joinedload(CreditRequest.takes_back),
            joinedload(CreditRequest.card).joinedload(Card.holder),
            selectinload(CreditRequest.decisions).joinedload(CreditDecision.by),
        )
        .where(CreditRequest.public_id == public_id)
    )
    if lock:
        statement = statement.with_for_update(of=CreditRequest)
    return db.session.scalar(statement)


def is_within(reach: CreditReach, *, public_id: uuid.UUID) -> bool:
    """Whether there is such a request within reach."""
    found = select(CreditRequest.id).join(CreditRequest.account)
    return db.session.scalar(found.where(CreditRequest.public_id == public_id, reach.condition())) is not None


def request_by_token(token: uuid.UUID) -> CreditRequest | None:
    """The request that a form made."""
    return db.session.scalar(
        select(CreditRequest)
        .options(joinedload(CreditRequest.account))
        .where(CreditRequest.public_id == token)
    )


def taken_back_by(request_id: int, *, at: datetime) -> CreditRequest | None:
    """The request that took these points back, or waits to."""
    statement = select(CreditRequest).where(
        CreditRequest.takes_back_id == request_id,
        or_(CreditRequest.outcome == CreditOutcome.DONE, _under(Tab.WAITING, at)),
    )
    return db.session.scalar(statement.order_by(CreditRequest.id).limit(1))


def waiting_for(reach: CreditReach, *, person_id: int, at: datetime, limit: int) -> list[CreditRequest]:
    """Requests that wait for somebody's word, and whose own they are not."""
    said = exists().where(CreditDecision.request_id == CreditRequest.id, CreditDecision.by_id == person_id)
    statement = (
        _within(reach)
        .where(_under(Tab.WAITING, at), CreditRequest.by_id != person_id, ~said)
        .order_by(CreditRequest.asked_at, CreditRequest.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def lock_person(person_id: int) -> None:
    """Let one person's requests queue up: the limit of their shift counts them together."""
    statement = select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    db.session.execute(statement)


def given_in_shift(*, by_id: int, since: datetime, at: datetime) -> int:
    """How many points somebody gave at the desk since an instant, or asked for and waits."""
    return _sum_of(
        at,
        CreditRequest.by_id == by_id,
        CreditRequest.role == CreditRole.DESK,
        CreditRequest.asked_at > since,
    )


def given_for_stay(
    *, account_id: int, property_id: int, stay: str, card_id: int | None, since: datetime, at: datetime
) -> int:
    """How many points the desk gave for a stay, or asked for and waits.

    What one guest was given within the shift is of one stay, whatever numbers were typed for it.
    """
    is_this_stay: ColumnElement[bool] = CreditRequest.stay_reference == stay
    if card_id is not None:
        guest = and_(CreditRequest.card_id == card_id, CreditRequest.asked_at > since)
        is_this_stay = or_(is_this_stay, guest)
    return _sum_of(
        at,
        CreditRequest.account_id == account_id,
        CreditRequest.property_id == property_id,
        is_this_stay,
        CreditRequest.role == CreditRole.DESK,
    )


def given_to_account(
    *, by_id: int, account_id: int, since: datetime, at: datetime, is_back: bool = False
) -> int:
    """How many points a manager gave to (or took back from) one company since an instant, or waits to."""
    back = CreditRequest.takes_back_id
    return _sum_of(
        at,
        CreditRequest.by_id == by_id,
        CreditRequest.account_id == account_id,
        CreditRequest.role == CreditRole.MANAGER,
        CreditRequest.asked_at > since,
        back.is_not(None) if is_back else back.is_(None),
    )


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """Points by hand that a person asked for, decided on, or that were given for their stay."""
    decided = select(CreditDecision.request_id).where(CreditDecision.by_id == person_id)
    cards = select(Card.id).where(Card.holder_id == person_id)
    statement = (
        select(CreditRequest)
        .where(
            or_(
                CreditRequest.by_id == person_id,
                CreditRequest.id.in_(decided),
                CreditRequest.card_id.in_(cards),
            )
        )
        .order_by(CreditRequest.asked_at, CreditRequest.id)
    )
    return [
        {
            "request": str(request.public_id),
            "asked_by_me": request.by_id == person_id,
            "points": request.points,
            "reason": request.reason,
            "words": request.words,
            "asked_at": request.asked_at.isoformat(),
            "outcome": request.outcome,
        }
        for request in db.session.scalars(statement)
    ]


def _within(reach: CreditReach) -> Select[CreditRequest]:
    return (
        select(CreditRequest)
        .join(CreditRequest.account)
        .options(contains_eager(CreditRequest.account).joinedload(Account.manager))
        .where(reach.condition())
    )


def _under(tab: Tab, at: datetime) -> ColumnElement[bool]:
    lapsed = and_(CreditRequest.outcome.is_(None), CreditRequest.expires_at <= at)
    by_tab: dict[Tab, ColumnElement[bool]] = {
        Tab.WAITING: and_(CreditRequest.outcome.is_(None), CreditRequest.expires_at > at),
        Tab.DONE: CreditRequest.outcome == CreditOutcome.DONE,
        Tab.REFUSED: or_(
            CreditRequest.outcome.in_([CreditOutcome.DECLINED, CreditOutcome.WITHDRAWN]), lapsed
        ),
        Tab.ALL: true(),
    }
    return by_tab[tab]


def _sum_of(at: datetime, *conditions: ColumnElement[bool]) -> int:
    back = aliased(CreditRequest)
    taken = exists().where(back.takes_back_id == CreditRequest.id, back.outcome == CreditOutcome.DONE)
    counts_still = or_(_under(Tab.DONE, at), _under(Tab.WAITING, at))
    statement = select(integer_sum(CreditRequest.points)).where(*conditions, counts_still, ~taken)
    return db.session.scalar(statement) or 0

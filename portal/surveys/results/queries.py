"""Reads for results: how many were asked, what they said, within the reach of whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Account
from portal.database import db
from portal.outbox.models import Letter
from portal.surveys.answers import queries as answers
from portal.surveys.answers.queries import Scored
from portal.surveys.invitations import queries as invitations
from portal.surveys.invitations.models import Invitation, LeftOut, Served
from portal.surveys.results import rules
from portal.surveys.results.rules import Asked, Period, Results
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose answers are counted: all, those about some hotels, or those of some accounts."""

    is_whole: bool = False
    property_ids: tuple[int, ...] = ()
    account_ids: tuple[int, ...] = ()

    def condition(self) -> ColumnElement[bool]:
        if self.is_whole:
            return true()
        return or_(Invitation.property_id.in_(self.property_ids), Invitation.account_id.in_(self.account_ids))


def managed_accounts(person_id: int) -> tuple[int, ...]:
    """The accounts of which somebody is the manager."""
    statement = select(Account.id).where(Account.manager_id == person_id).order_by(Account.id)
    return tuple(db.session.scalars(statement))


def asked(reach: Reach, *, since: datetime, until: datetime) -> Asked:
    """How many were asked in [since, until), how many answered these letters, who was left out and why."""
    statement = (
        select(
            func.count(Invitation.id),
            func.count(Letter.dead_at),
            func.count(Letter.id).filter(invitations.is_given_up()),
            func.count(Invitation.submitted_at),
            func.count(Invitation.begun_at),
        )
        .outerjoin(Letter, Letter.public_id == Invitation.letter_id)
        .where(reach.condition(), Invitation.sent_at >= since, Invitation.sent_at < until)
    )
    sent, dead, given_up, complete, begun = (int(number) for number in db.session.execute(statement).one())
    left = (
        select(Invitation.left_out, func.count(Invitation.id))
        .where(reach.condition(), Invitation.left_out_at >= since, Invitation.left_out_at < until)
        .group_by(Invitation.left_out)
        .order_by(Invitation.left_out)
    )
    left_out = {str(reason): int(number) for reason, number in db.session.execute(left)}
    if given_up:
        # Left alone when the letter was to leave, and not before: nobody was asked all the same.
        budget = LeftOut.CONTACT_BUDGET.value
        left_out = dict(sorted((left_out | {budget: left_out.get(budget, 0) + given_up}).items()))
    return Asked(sent - given_up, dead - given_up, complete, begun, left_out)


def scored(reach: Reach, *, since: datetime, until: datetime) -> list[Scored]:
    """What was submitted to letters of [since, until): the answers of those whom `asked` counts."""
    read = partial(answers.scores, since=since, until=until, by_letter=True)
    if reach.is_whole:
        return read()
    about, own = read(property_ids=reach.property_ids), read(account_ids=reach.account_ids)
    return list({one.invitation_id: one for one in (*about, *own)}.values())


def counted(reach: Reach, period: Period, *, today: date, zone: str) -> Results:
    """The results of a period, as far as all that can be chosen beside it allows."""
    spans = {one.code: one.instants(zone) for one in rules.periods(today)}
    since, until = spans[period.code]
    first, last = min(begins for begins, _ in spans.values()), max(ends for _, ends in spans.values())
    return rules.results(
        period=period,
        asked=asked(reach, since=since, until=until),
        scored=scored(reach, since=first, until=last),
        spans=spans,
    )


def submitted(reach: Reach, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[Invitation]:
    """Submitted surveys, the latest first, with what is needed to say what they answered."""
    statement = (
        select(Invitation)
        .join(Invitation.person)
        .options(
            contains_eager(Invitation.person),
            joinedload(Invitation.account),
            joinedload(Invitation.property),
            joinedload(Invitation.version),
            selectinload(Invitation.served).options(joinedload(Served.person), joinedload(Served.service)),
        )
        .where(reach.condition(), Invitation.submitted_at.is_not(None))
        .order_by(Invitation.submitted_at.desc(), Invitation.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        at, one = key
        same = and_(Invitation.submitted_at == at, Invitation.id < one)
        statement = statement.where(or_(Invitation.submitted_at < at, same))
    found: Sequence[Any] = db.session.scalars(statement).all()
    rows = found[:limit]
    more = encode_key(rows[-1].submitted_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)

"""Reads of cases, each within the reach of whoever asks."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.accounts.models import Account
from portal.database import db
from portal.people import rules as people
from portal.surveys.cases.models import Case, CaseStep, StepKind
from portal.surveys.cases.rules import Reach
from portal.surveys.invitations.models import Invitation, Served
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
PERSONAL_LIMIT = 10_000


class Tab(StrEnum):
    """The tabs of the list."""

    OPEN = "open"
    OVERDUE = "overdue"
    WAITING = "waiting"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What the list is narrowed to."""

    tab: Tab = Tab.OPEN
    property_id: int | None = None


def cases(
    reach: Reach, *, only: CaseFilter, at: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Case]:
    """Cases within reach, the one due first at the head; of those that ended, the latest first."""
    is_ahead = only.tab in {Tab.OPEN, Tab.OVERDUE}
    statement = (
        _within(reach)
        .options(
            contains_eager(Case.account).joinedload(Account.manager),
            joinedload(Case.property),
            joinedload(Case.invitation).joinedload(Invitation.person),
        )
        .where(*_conditions(only, at))
        .order_by(*((Case.due_at, Case.id) if is_ahead else (Case.due_at.desc(), Case.id.desc())))
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        due_at, case_id = key
        later = Case.due_at > due_at if is_ahead else Case.due_at < due_at
        further = Case.id > case_id if is_ahead else Case.id < case_id
        statement = statement.where(or_(later, and_(Case.due_at == due_at, further)))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].due_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def counts(reach: Reach, *, only: CaseFilter, at: datetime) -> dict[Tab, int]:
    """How many there are under each tab, under the other filters."""
    columns = [
        func.count(Case.id).filter(and_(true(), *_conditions(CaseFilter(tab, only.property_id), at)))
        for tab in Tab
    ]
    row = db.session.execute(
        select(*columns).select_from(Case).join(Case.account).where(_reached(reach))
    ).one()
    return dict(zip(Tab, (int(number) for number in row), strict=True))


def case_for(reach: Reach, public_id: uuid.UUID, *, lock: bool = False) -> Case | None:
    """One case with its history; what is not within reach is not found."""
    statement = (
        _within(reach)
        .options(
            contains_eager(Case.account).joinedload(Account.manager),
            joinedload(Case.property),
            joinedload(Case.invitation).options(
                joinedload(Invitation.person),
                joinedload(Invitation.version),
                selectinload(Invitation.served).options(
                    joinedload(Served.person), joinedload(Served.service)
                ),
            ),
            selectinload(Case.steps).joinedload(CaseStep.by),
        )
        .where(Case.public_id == public_id)
    )
    if lock:
        statement = statement.with_for_update(of=Case)
    return db.session.scalar(statement)


def open_cases_of(reach: Reach, *, manager_id: int | None, at: datetime, limit: int) -> list[Case]:
    """Open cases for the inbox, the most urgent first: own ones, or those that are nobody's and overdue."""
    mine = Account.manager_id == manager_id if manager_id is not None else false()
    nobodys = or_(Account.manager_id.is_(None), Case.due_at <= at) if reach.is_whole else false()
    statement = (
        _within(reach)
        .options(contains_eager(Case.account), joinedload(Case.property))
        .where(*_conditions(CaseFilter(Tab.OPEN), at), or_(mine, nobodys))
        .order_by(Case.due_at, Case.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def case_by_token(token: str, *, lock: bool = False) -> tuple[Case, CaseStep] | None:
    """The case and the resolution about which this link asks for a second word."""
    digest = people.digest(token)
    step = db.session.scalar(
        select(CaseStep).where(CaseStep.token_digest == digest, CaseStep.kind == StepKind.RESOLUTION)
    )
    if step is None:
        return None
    statement = (
        select(Case)
        .join(Case.account)
        .options(
            contains_eager(Case.account),
            joinedload(Case.property),
            joinedload(Case.invitation).options(
                joinedload(Invitation.person), joinedload(Invitation.version)
            ),
            selectinload(Case.steps),
        )
        .where(Case.id == step.case_id)
    )
    if lock:
        statement = statement.with_for_update(of=Case)
    return db.session.scalars(statement).one(), step


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What a guest was told of their low scores and what they said to it, for their own export."""
    statement = (
        select(CaseStep)
        .join(Case, Case.id == CaseStep.case_id)
        .join(Invitation, Invitation.id == Case.invitation_id)
        .where(Invitation.person_id == person_id, CaseStep.kind != StepKind.NOTE)
        .order_by(CaseStep.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {"what": step.kind, "word": step.second_word, "words": step.words, "at": step.at.isoformat()}
        for step in db.session.scalars(statement)
    ]


def step_by_key(key: uuid.UUID) -> CaseStep | None:
    """The line of a history that this form made."""
    return db.session.scalar(select(CaseStep).where(CaseStep.public_id == key))


def _within(reach: Reach) -> Select[Case]:
    return select(Case).join(Case.account).where(_reached(reach))


def _reached(reach: Reach) -> ColumnElement[bool]:
    if reach.is_whole:
        return true()
    ways: list[ColumnElement[bool]] = [Case.property_id.in_(reach.property_ids)]
    if reach.manager_id is not None:
        ways.append(Account.manager_id == reach.manager_id)
    return or_(*ways)


def _conditions(only: CaseFilter, at: datetime) -> list[ColumnElement[bool]]:
    answered = and_(Case.resolved_at.is_not(None), or_(Case.second_word.is_not(None), Case.reply_until <= at))
    by_tab: dict[Tab, list[ColumnElement[bool]]] = {
        Tab.OPEN: [Case.resolved_at.is_(None)],
        Tab.OVERDUE: [Case.resolved_at.is_(None), Case.due_at <= at],
        Tab.WAITING: [Case.resolved_at.is_not(None), Case.second_word.is_(None), Case.reply_until > at],
        Tab.CLOSED: [answered],
        Tab.ALL: [],
    }
    conditions = by_tab[only.tab]
    if only.property_id is not None:
        conditions.append(Case.property_id == only.property_id)
    return conditions

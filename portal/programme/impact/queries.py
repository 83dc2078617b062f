"""Reads of impact letters: by version, one of them, and those that are due."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.models import Account
from portal.clock import local_date
from portal.database import db
from portal.hotel import queries as hotel
from portal.outbox.models import Letter
from portal.programme import queries as programme
from portal.programme.impact.models import ImpactLetter, ImpactState
from portal.programme.models import ProgrammeVersion
from portal.programme.rehearsal.models import Rehearsal, RehearsedAccount
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
TEMPLATE = "programme/impact"
VERSIONS_SHOWN = 50
STATES: dict[ImpactState, ColumnElement[bool]] = {
    ImpactState.HELD: and_(ImpactLetter.approved_at.is_(None), ImpactLetter.struck_at.is_(None)),
    ImpactState.APPROVED: and_(ImpactLetter.approved_at.is_not(None), ImpactLetter.sent_at.is_(None)),
    ImpactState.SENT: ImpactLetter.sent_at.is_not(None),
    ImpactState.STRUCK: ImpactLetter.struck_at.is_not(None),
}


MAY_BE_STRUCK = and_(ImpactLetter.struck_at.is_(None), ImpactLetter.sent_at.is_(None))


@dataclass(frozen=True, slots=True)
class VersionLetters:
    """The letters of one version, by their state."""

    number: int
    effective_from: date
    counts: dict[ImpactState, int]
    drafted_at: datetime

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def versions(number: int | None = None) -> list[VersionLetters]:
    """The versions of which companies are told, the latest first; or the one of a number."""
    counts = [func.count().filter(condition).label(state.value) for state, condition in STATES.items()]
    drafted = func.min(ImpactLetter.drafted_at).label("drafted_at")
    statement = (
        select(ProgrammeVersion.number, ProgrammeVersion.effective_from, drafted, *counts)
        .join(ImpactLetter, ImpactLetter.version_id == ProgrammeVersion.id)
        .group_by(ProgrammeVersion.number, ProgrammeVersion.effective_from)
        .order_by(ProgrammeVersion.number.desc())
        .limit(VERSIONS_SHOWN)
    )
    if number is not None:
        statement = statement.where(ProgrammeVersion.number == number)
    return [
        VersionLetters(
            number=row.number,
            effective_from=row.effective_from,
            counts={state: getattr(row, state.value) for state in STATES},
            drafted_at=row.drafted_at,
        )
        for row in db.session.execute(statement)
    ]


def letters(
    number: int, state: ImpactState | None, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[ImpactLetter]:
    """The letters of a version, or those in a state, by the name of the company."""
    statement = _whole().where(ImpactLetter.version.has(ProgrammeVersion.number == number))
    if state is not None:
        statement = statement.where(STATES[state])
    if (key := decode_key(after, str, int)) is not None:
        behind = and_(Account.search_key == key[0], Account.id > key[1])
        statement = statement.where(or_(Account.search_key > key[0], behind))
    rows = list(db.session.scalars(statement.order_by(Account.search_key, Account.id).limit(limit + 1)))
    more = (
        encode_key(rows[limit - 1].account.search_key, rows[limit - 1].account_id)
        if len(rows) > limit
        else None
    )
    return Page(rows[:limit], more)


def letter_for(public_id: uuid.UUID) -> ImpactLetter | None:
    """One letter with all that it tells."""
    found: ImpactLetter | None = db.session.scalar(_whole().where(ImpactLetter.public_id == public_id))
    return found


def rehearsal_of(letter: ImpactLetter) -> Rehearsal:
    """The rehearsal from which a letter has its figures."""
    return db.session.get_one(Rehearsal, letter.rehearsal_id)


def due(*, at: datetime, after_id: int, limit: int, lock: bool = False) -> Sequence[ImpactLetter]:
    """Letters that were approved and may be tried now, in the order of their ids.

    None of a version that is in force: it tells of what is to come. While they are locked, none of them
    is struck out.
    """
    today = local_date(at, hotel.house_zone())
    ready = or_(ImpactLetter.try_at.is_(None), ImpactLetter.try_at <= at)
    ahead = ImpactLetter.version.has(ProgrammeVersion.effective_from > today)
    statement = _whole().where(STATES[ImpactState.APPROVED], ready, ahead, ImpactLetter.id > after_id)
    if lock:
        statement = statement.with_for_update(of=ImpactLetter).execution_options(populate_existing=True)
    return db.session.scalars(statement.order_by(ImpactLetter.id).limit(limit)).all()


def to_take_back(*, after_id: int, limit: int) -> Sequence[ImpactLetter]:
    """Letters that went out and whose version was withdrawn, of which nobody was told yet."""
    statement = _whole().where(_told_of_withdrawn(), ImpactLetter.id > after_id)
    statement = statement.with_for_update(of=ImpactLetter).execution_options(populate_existing=True)
    return db.session.scalars(statement.order_by(ImpactLetter.id).limit(limit)).all()


def waiting_letters(*, after_id: int, limit: int) -> Sequence[Letter]:
    """Impact letters that lie in the outbox and have not left."""
    statement = select(Letter).where(
        Letter.template == TEMPLATE, Letter.sent_at.is_(None), Letter.dead_at.is_(None), Letter.id > after_id
    )
    return db.session.scalars(statement.order_by(Letter.id).limit(limit)).all()


def begun(*, public_ids: Collection[uuid.UUID], at: datetime) -> Sequence[ImpactLetter]:
    """Of some letters, those of a version that is in force; locked."""
    today = local_date(at, hotel.house_zone())
    is_begun = ImpactLetter.version.has(ProgrammeVersion.effective_from <= today)
    statement = _whole().where(ImpactLetter.public_id.in_(public_ids), is_begun)
    statement = statement.with_for_update(of=ImpactLetter).execution_options(populate_existing=True)
    return db.session.scalars(statement.order_by(ImpactLetter.id)).all()


def is_any_to_take_back(*, after_id: int) -> bool:
    """Whether a letter went out after this one whose version was withdrawn since."""
    statement = select(ImpactLetter.id).where(_told_of_withdrawn(), ImpactLetter.id > after_id)
    return db.session.scalar(statement.limit(1)) is not None


def _told_of_withdrawn() -> ColumnElement[bool]:
    # One that was tried may have reached some of its readers, and waited for others when it was struck out.
    is_tried = or_(ImpactLetter.sent_at.is_not(None), ImpactLetter.try_at.is_not(None))
    return and_(
        is_tried,
        ImpactLetter.taken_back_at.is_(None),
        ImpactLetter.version_id.in_(programme.withdrawn()),
    )


def personal_data(person_id: int) -> list[dict[str, str]]:
    """The impact letters that a person approved or struck out, for their own export."""
    theirs = or_(ImpactLetter.approved_by_id == person_id, ImpactLetter.struck_by_id == person_id)
    statement = _whole().where(theirs).order_by(ImpactLetter.id)
    return [
        {
            "company": letter.account.name,
            "version": str(letter.version.number),
            "decided_at": (letter.approved_at or letter.struck_at or letter.drafted_at).isoformat(),
            "decision": "struck" if letter.struck_at is not None else "approved",
        }
        for letter in db.session.scalars(statement)
    ]


def rehearsed_members(rehearsal_id: int) -> list[int]:
    """The accounts of a rehearsal that a real company has taken over: of the others nobody reads letters."""
    statement = (
        select(RehearsedAccount.account_id)
        .join(RehearsedAccount.account)
        .where(RehearsedAccount.rehearsal_id == rehearsal_id, Account.claimed_at.is_not(None))
        .order_by(RehearsedAccount.account_id)
    )
    return list(db.session.scalars(statement))


def drafted(version_id: int) -> set[int]:
    """The accounts that have a letter about a version."""
    return set(
        db.session.scalars(select(ImpactLetter.account_id).where(ImpactLetter.version_id == version_id))
    )


def _whole() -> Select[Any]:
    return (
        select(ImpactLetter)
        .join(ImpactLetter.account)
        .options(
            contains_eager(ImpactLetter.account),
            joinedload(ImpactLetter.version),
            joinedload(ImpactLetter.rehearsed),
        )
    )

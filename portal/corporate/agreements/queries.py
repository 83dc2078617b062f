"""Reads of the agreement's versions, and of which company accepted which."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Account
from portal.corporate.agreements import rules
from portal.corporate.agreements.models import AgreementAcceptance, AgreementVersion
from portal.corporate.agreements.rules import AgreementState
from portal.database import db
from portal.hotel.models import Group
from portal.people.models import Grant, Person, Role
from portal.programme.overview.queries import Reach
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
ACCEPTANCES_SHOWN = 50
WRITTEN_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a company stands: the version in force, what it accepted, the latest first, and the state."""

    current: AgreementVersion | None
    acceptances: list[AgreementAcceptance]
    state: AgreementState


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company in the list of a version; no acceptance where it has not accepted."""

    account: Account
    acceptance: AgreementAcceptance | None


def lock_versions() -> None:
    """Let publications queue up: the next number is a question about all of them."""
    db.session.execute(select(Group.id).where(Group.id == 1).with_for_update())


def lock_account(account_id: int) -> None:
    """Let the administrators of one company queue up."""
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def current_version() -> AgreementVersion | None:
    """The version in force."""
    return db.session.scalar(select(AgreementVersion).order_by(AgreementVersion.number.desc()).limit(1))


def version_of(public_id: uuid.UUID) -> AgreementVersion | None:
    """A version by the id of its address."""
    statement = (
        select(AgreementVersion)
        .options(joinedload(AgreementVersion.published_by))
        .where(AgreementVersion.public_id == public_id)
    )
    return db.session.scalar(statement)


def versions(*, after: str | None = None, limit: int = PAGE_SIZE) -> Page[AgreementVersion]:
    """All versions, the latest first."""
    statement = (
        select(AgreementVersion)
        .options(joinedload(AgreementVersion.published_by))
        .order_by(AgreementVersion.number.desc())
        .limit(limit + 1)
    )
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(AgreementVersion.number < key[0])
    found = list(db.session.scalars(statement))
    more = encode_key(found[limit - 1].number) if len(found) > limit else None
    return Page(found[:limit], more)


def counted_versions(
    *, reach: Reach, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[tuple[AgreementVersion, int]]:
    """All versions, the latest first, with how many companies accepted each."""
    page = versions(after=after, limit=limit)
    counts = accepted_counts([each.id for each in page.rows], reach=reach)
    return Page([(each, counts.get(each.id, 0)) for each in page.rows], page.next_key)


def acceptance(version_id: int, *, account_id: int) -> AgreementAcceptance | None:
    """The acceptance of a version by a company."""
    statement = (
        select(AgreementAcceptance)
        .options(joinedload(AgreementAcceptance.by), joinedload(AgreementAcceptance.version))
        .where(AgreementAcceptance.account_id == account_id, AgreementAcceptance.version_id == version_id)
    )
    return db.session.scalar(statement)


def standing_of(account_id: int, *, today: date) -> Standing:
    """Where a company stands with the agreement."""
    current = current_version()
    statement = (
        select(AgreementAcceptance)
        .options(joinedload(AgreementAcceptance.by), joinedload(AgreementAcceptance.version))
        .where(AgreementAcceptance.account_id == account_id)
        .order_by(AgreementAcceptance.version_id.desc())
        .limit(ACCEPTANCES_SHOWN)
    )
    found = list(db.session.scalars(statement))
    state = rules.state_of(
        current=current.number if current else None,
        accepted=found[0].version.number if found else None,
        old_until=current.old_until if current else None,
        today=today,
    )
    return Standing(current, found, state)


def state_of(account_id: int, *, today: date) -> AgreementState:
    """The same in a word, by one statement."""
    accepted = (
        select(func.max(AgreementVersion.number))
        .join(AgreementAcceptance, AgreementAcceptance.version_id == AgreementVersion.id)
        .where(AgreementAcceptance.account_id == account_id)
        .scalar_subquery()
    )
    statement = (
        select(AgreementVersion.number, AgreementVersion.old_until, accepted)
        .order_by(AgreementVersion.number.desc())
        .limit(1)
    )
    row = db.session.execute(statement).one_or_none()
    number, until, latest = row if row is not None else (None, None, None)
    return rules.state_of(current=number, accepted=latest, old_until=until, today=today)


def waiting_for(account_ids: Collection[int], *, limit: int) -> list[tuple[Account, AgreementVersion]]:
    """Which of these companies have not accepted the version in force, each with that version."""
    in_force = select(func.max(AgreementVersion.number)).scalar_subquery()
    accepted = select(AgreementAcceptance.account_id).where(
        AgreementAcceptance.version_id == AgreementVersion.id
    )
    statement = (
        select(Account, AgreementVersion)
        .join(AgreementVersion, AgreementVersion.number == in_force)
        .where(Account.id.in_(account_ids), Account.id.not_in(accepted))
        .order_by(Account.search_key, Account.id)
        .limit(limit)
    )
    return [(row.Account, row.AgreementVersion) for row in db.session.execute(statement)]


def accepted_counts(version_ids: Collection[int], *, reach: Reach) -> dict[int, int]:
    """How many companies within reach accepted each of these versions."""
    statement = (
        select(AgreementAcceptance.version_id, func.count())
        .join(Account, Account.id == AgreementAcceptance.account_id)
        .where(AgreementAcceptance.version_id.in_(version_ids), reach.condition())
        .group_by(AgreementAcceptance.version_id)
    )
    return {row[0]: int(row[1]) for row in db.session.execute(statement)}


def waiting_count(version_id: int, *, reach: Reach) -> int:
    """How many companies that somebody runs, within reach, have not accepted a version."""
    statement = select(func.count(Account.id)).where(
        reach.condition(), Account.claimed_at.is_not(None), Account.id.not_in(_accepted(version_id))
    )
    return int(db.session.scalar(statement) or 0)


def companies(
    version_id: int, *, reach: Reach, accepted: bool, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[CompanyRow]:
    """The companies within reach that accepted a version, or have not yet, by name."""
    joined = and_(AgreementAcceptance.account_id == Account.id, AgreementAcceptance.version_id == version_id)
    waits = and_(AgreementAcceptance.id.is_(None), Account.claimed_at.is_not(None))
    statement = (
        select(Account, AgreementAcceptance)
        .outerjoin(AgreementAcceptance, joined)
        .where(reach.condition(), AgreementAcceptance.id.is_not(None) if accepted else waits)
        .order_by(Account.search_key, Account.id)
        .limit(limit + 1)
    )
    if (key := decode_key(after, str, int)) is not None:
        further = and_(Account.search_key == key[0], Account.id > key[1])
        statement = statement.where(or_(Account.search_key > key[0], further))
    found = [CompanyRow(account, one) for account, one in db.session.execute(statement)]
    last = found[limit - 1].account if len(found) > limit else None
    return Page(found[:limit], encode_key(last.search_key, last.id) if last else None)


def administrators_after(grant_id: int, *, limit: int = WRITTEN_AT_ONCE) -> list[Grant]:
    """Who runs which account, in the order of their grants."""
    statement = (
        select(Grant)
        .options(joinedload(Grant.person))
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.role == Role.ACCOUNT_ADMINISTRATOR,
            Grant.account_id.is_not(None),
            Grant.ended_at.is_(None),
            Grant.id > grant_id,
        )
        .order_by(Grant.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """What somebody accepted and published, as plain data for their own export."""
    accepted = (
        select(AgreementAcceptance)
        .options(joinedload(AgreementAcceptance.version))
        .where(AgreementAcceptance.by_id == person_id)
        .order_by(AgreementAcceptance.id)
    )
    published = (
        select(AgreementVersion)
        .where(AgreementVersion.published_by_id == person_id)
        .order_by(AgreementVersion.number)
    )
    return [
        {"accepted_version": each.version.number, "at": each.at.isoformat(), "language": each.locale}
        for each in db.session.scalars(accepted)
    ] + [
        {"published_version": each.number, "at": each.published_at.isoformat()}
        for each in db.session.scalars(published)
    ]


def _accepted(version_id: int) -> Any:
    return select(AgreementAcceptance.account_id).where(AgreementAcceptance.version_id == version_id)

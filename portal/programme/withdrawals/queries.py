"""Reads of withdrawals: of one version, and those that wait for somebody's word."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from portal.clock import local_date
from portal.database import db
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.models import ProgrammeVersion, VersionWithdrawal, WithdrawalOutcome

HISTORY_SHOWN = 50
PERSONAL_LIMIT = 10_000


def latest_day(at: datetime) -> date:
    """The day that it is where it began first: at no hotel it is later."""
    zones = {hotel.house_zone(), *(house.zone for house in hotel.properties())}
    return max(local_date(at, zone) for zone in zones)


def version_by_number(number: int) -> ProgrammeVersion | None:
    """A published version by its number."""
    return db.session.scalar(select(ProgrammeVersion).where(ProgrammeVersion.number == number))


def by_token(token: uuid.UUID) -> VersionWithdrawal | None:
    """The wish that a form made."""
    return db.session.scalar(select(VersionWithdrawal).where(VersionWithdrawal.public_id == token))


def waiting_for(version_id: int) -> VersionWithdrawal | None:
    """The wish of a version that waits for another's word."""
    statement = select(VersionWithdrawal).where(
        VersionWithdrawal.version_id == version_id, VersionWithdrawal.outcome.is_(None)
    )
    return db.session.scalar(statement.execution_options(populate_existing=True))


def withdrawals_of(version_id: int) -> list[VersionWithdrawal]:
    """Every wish to withdraw a version, as they were made."""
    statement = (
        select(VersionWithdrawal)
        .options(joinedload(VersionWithdrawal.by), joinedload(VersionWithdrawal.settled_by))
        .where(VersionWithdrawal.version_id == version_id)
        .order_by(VersionWithdrawal.id)
        .limit(HISTORY_SHOWN)
    )
    return list(db.session.scalars(statement))


def withdrawn_ids() -> set[int]:
    """The ids of the versions that will never begin."""
    return set(db.session.scalars(programme.withdrawn()))


def withdrawn_after(day: date) -> list[ProgrammeVersion]:
    """The withdrawn versions that would begin after a day, soonest first."""
    statement = (
        select(ProgrammeVersion)
        .where(ProgrammeVersion.id.in_(programme.withdrawn()), ProgrammeVersion.effective_from > day)
        .order_by(ProgrammeVersion.effective_from, ProgrammeVersion.number)
        .limit(HISTORY_SHOWN)
    )
    return list(db.session.scalars(statement))


def waiting(*, not_by: int, day: date, limit: int) -> list[VersionWithdrawal]:
    """Wishes of others that wait, of versions that have not begun on a day."""
    statement = (
        select(VersionWithdrawal)
        .join(VersionWithdrawal.version)
        .options(joinedload(VersionWithdrawal.version), joinedload(VersionWithdrawal.by))
        .where(
            VersionWithdrawal.outcome.is_(None),
            VersionWithdrawal.by_id != not_by,
            ProgrammeVersion.effective_from > day,
        )
        .order_by(VersionWithdrawal.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The withdrawals that a person asked for or settled, for their own export."""
    theirs = or_(VersionWithdrawal.by_id == person_id, VersionWithdrawal.settled_by_id == person_id)
    statement = (
        select(VersionWithdrawal)
        .options(joinedload(VersionWithdrawal.version))
        .where(theirs)
        .order_by(VersionWithdrawal.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "version": row.version.number,
            "asked_by_me": row.by_id == person_id,
            "settled_by_me": row.settled_by_id == person_id,
            "asked_at": row.asked_at.isoformat(),
            "outcome": row.outcome,
        }
        for row in db.session.scalars(statement)
    ]


def is_withdrawn(version_id: int) -> bool:
    """Whether a version will never begin."""
    statement = select(VersionWithdrawal.id).where(
        VersionWithdrawal.version_id == version_id, VersionWithdrawal.outcome == WithdrawalOutcome.AGREED
    )
    return db.session.scalar(statement) is not None

"""Reading the audit, the latest entry first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from portal.audit.models import AuditEntry
from portal.database import db
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 50
EXPORT_CHUNK = 1_000
ACTS_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the audit is narrowed to; `since` is the first instant in, `until` the first one out, UTC."""

    action: str = ""
    subject_kind: str = ""
    subject_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(wanted: AuditFilter, *, after: str | None) -> Page[AuditEntry]:
    """One page of the audit."""
    key = decode_key(after, int)
    found = _entries(wanted, before_id=key[0] if key else None, limit=PAGE_SIZE + 1)
    more = len(found) > PAGE_SIZE
    return Page(found[:PAGE_SIZE], encode_key(found[PAGE_SIZE - 1].id) if more else None)


def details_of(action: str, *, subject_kind: str) -> dict[str, dict[str, Any]]:
    """What was noted of each subject when something was done; of what was done twice, the last."""
    statement = (
        select(AuditEntry.subject_id, AuditEntry.details)
        .where(AuditEntry.action == action, AuditEntry.subject_kind == subject_kind)
        .order_by(AuditEntry.id)
    )
    return dict(db.session.execute(statement).all())


def every_entry(wanted: AuditFilter) -> Iterator[list[AuditEntry]]:
    """The whole audit in pieces, so that a long one is never held in memory."""
    before_id = None
    while found := _entries(wanted, before_id=before_id, limit=EXPORT_CHUNK):
        yield found
        before_id = found[-1].id
        # What was written out need not be remembered.
        db.session.expunge_all()


def personal_data(person_id: int) -> list[dict[str, str]]:
    """What a person did that was written down, for their own export; the latest acts first."""
    statement = (
        select(AuditEntry.at, AuditEntry.action, AuditEntry.subject_kind, AuditEntry.subject_id)
        .where(AuditEntry.actor_id == person_id)
        .order_by(AuditEntry.id.desc())
        .limit(ACTS_LIMIT)
    )
    return [
        {"at": at.isoformat(), "action": action, "to": kind, "number": number}
        for at, action, kind, number in db.session.execute(statement)
    ]


def _entries(wanted: AuditFilter, *, before_id: int | None, limit: int) -> list[AuditEntry]:
    statement = select(AuditEntry).where(*_conditions(wanted))
    if before_id is not None:
        statement = statement.where(AuditEntry.id < before_id)
    return list(db.session.scalars(statement.order_by(AuditEntry.id.desc()).limit(limit)))


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.action:
        found.append(AuditEntry.action == wanted.action)
    if wanted.subject_kind:
        found.append(AuditEntry.subject_kind == wanted.subject_kind)
    if wanted.subject_id:
        found.append(AuditEntry.subject_id == wanted.subject_id)
    if wanted.since is not None:
        found.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        found.append(AuditEntry.at < wanted.until)
    return found

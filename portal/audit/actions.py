"""Keep what was done and what was seen."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import g, has_request_context
from sqlalchemy import insert

from portal.audit.models import AuditEntry, Sight
from portal.database import db

_WRITE = insert(AuditEntry).inline()


def record(
    *,
    action: str,
    subject_kind: str,
    subject_id: object,
    details: Mapping[str, Any] | None = None,
    by: int | None,
    at: datetime,
) -> None:
    """Write down a change, in the transaction that makes it. Details hold no personal data."""
    row = {
        "at": at,
        "actor_id": by,
        "action": action,
        "subject_kind": subject_kind,
        "subject_id": str(subject_id),
        "details": dict(details or {}),
        "request_id": _request_id(),
    }
    # Not by way of the session: an audit entry is nobody's object, and redemptions wait for each statement.
    db.session.connection().execute(_WRITE, row)


def record_sight(*, viewer_id: int, subject_id: int, page: str, at: datetime) -> None:
    """Write down that somebody looked at another person's data; one's own look is nobody's concern."""
    record_sights(viewer_id=viewer_id, subject_ids=[subject_id], page=page, at=at)


def record_sights(*, viewer_id: int, subject_ids: Iterable[int], page: str, at: datetime) -> None:
    """The same for a page that shows several people, in one statement."""
    sights = [
        {"at": at, "viewer_id": viewer_id, "subject_id": each, "page": page, "request_id": _request_id()}
        for each in sorted({*subject_ids} - {viewer_id})
    ]
    if sights:
        db.session.execute(insert(Sight), sights)


def _request_id() -> str | None:
    return g.get("request_id") if has_request_context() else None

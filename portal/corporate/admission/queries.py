"""Reads of the rules of admission."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.corporate.admission.models import AdmissionRules
from portal.database import db

VERSIONS_SHOWN = 50


def in_force() -> AdmissionRules:
    """The latest version; the first one comes with the tables."""
    latest = select(AdmissionRules).order_by(AdmissionRules.version.desc()).limit(1)
    return db.session.scalars(latest).one()


def versions() -> list[AdmissionRules]:
    """The latest versions, the newest first, with whoever published them."""
    statement = (
        select(AdmissionRules)
        .options(joinedload(AdmissionRules.published_by))
        .order_by(AdmissionRules.version.desc())
        .limit(VERSIONS_SHOWN)
    )
    return list(db.session.scalars(statement))

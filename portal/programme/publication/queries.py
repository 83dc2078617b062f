"""Reads of versions, and of how they were published."""

import uuid
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.people.models import Person
from portal.programme.drafts.models import Act, DraftAct, DraftRevision, DraftState, ProgrammeDraft
from portal.programme.models import ProgrammeVersion
from portal.programme.publication.models import Publication

VERSIONS_SHOWN = 200


def versions() -> list[ProgrammeVersion]:
    """Every version, the latest first. A house has a handful of them."""
    statement = select(ProgrammeVersion).order_by(ProgrammeVersion.number.desc()).limit(VERSIONS_SHOWN)
    return list(db.session.scalars(statement))


def publications() -> dict[int, Publication]:
    """How each version was published, by the id of the version; version 1 came with the house."""
    statement = (
        select(Publication)
        .options(joinedload(Publication.submitted_by), joinedload(Publication.approved_by))
        .order_by(Publication.id.desc())
        .limit(VERSIONS_SHOWN)
    )
    return {row.version_id: row for row in db.session.scalars(statement)}


def publication_of(draft_id: int) -> Publication | None:
    """The publication of a draft; none of one that was not published."""
    return db.session.scalar(
        select(Publication).where(Publication.draft_id == draft_id).options(joinedload(Publication.version))
    )


def submitted(*, not_by: int, limit: int) -> list[tuple[uuid.UUID, str, str, datetime]]:
    """Submitted drafts that somebody has no hand in: public id, name, by whom and when submitted."""
    latest = (
        select(DraftAct.draft_id, func.max(DraftAct.id).label("id"))
        .where(DraftAct.act == Act.SUBMIT)
        .group_by(DraftAct.draft_id)
        .subquery()
    )
    own = select(DraftRevision.draft_id).where(DraftRevision.by_id == not_by)
    statement = (
        select(ProgrammeDraft.public_id, ProgrammeDraft.name, Person.name, DraftAct.at)
        .join(latest, latest.c.draft_id == ProgrammeDraft.id)
        .join(DraftAct, DraftAct.id == latest.c.id)
        .join(Person, Person.id == DraftAct.by_id)
        .where(
            ProgrammeDraft.state == DraftState.SUBMITTED,
            DraftAct.by_id != not_by,
            ProgrammeDraft.id.not_in(own),
        )
        .order_by(DraftAct.at)
        .limit(limit)
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(statement)]

"""Reads of drafts: the list, one with its rules, and all that was done with it."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.programme.drafts.models import Act, DraftAct, DraftRevision, ProgrammeDraft
from portal.programme.rules import Rules
from portal.web.paging import DEFAULT_SIZE, Page, decode_key, encode_key

HISTORY_SHOWN = 50


def drafts(after: str | None = None, limit: int = DEFAULT_SIZE) -> Page[ProgrammeDraft]:
    """All drafts, the latest first."""
    statement = select(ProgrammeDraft).options(joinedload(ProgrammeDraft.created_by))
    if key := decode_key(after, int):
        statement = statement.where(ProgrammeDraft.id < key[0])
    rows = list(db.session.scalars(statement.order_by(ProgrammeDraft.id.desc()).limit(limit + 1)))
    more = encode_key(rows[limit - 1].id) if len(rows) > limit else None
    return Page(rows[:limit], more)


def draft(public_id: uuid.UUID) -> ProgrammeDraft | None:
    """One draft by its public id."""
    return db.session.scalar(
        select(ProgrammeDraft)
        .where(ProgrammeDraft.public_id == public_id)
        .options(joinedload(ProgrammeDraft.created_by))
        .execution_options(populate_existing=True)
    )


def rules_of(found: ProgrammeDraft, revision: int | None = None) -> Rules:
    """The rules of a draft as last saved, or of an earlier revision."""
    statement = select(DraftRevision.rules).where(
        DraftRevision.draft_id == found.id, DraftRevision.number == (revision or found.revision)
    )
    return Rules.from_json(db.session.scalars(statement).one())


def revisions_of(found: ProgrammeDraft) -> list[DraftRevision]:
    """The latest revisions, each with who saved it."""
    statement = (
        select(DraftRevision)
        .where(DraftRevision.draft_id == found.id)
        .options(joinedload(DraftRevision.by))
        .order_by(DraftRevision.number.desc())
        .limit(HISTORY_SHOWN)
    )
    return list(db.session.scalars(statement))


def acts_of(found: ProgrammeDraft) -> list[DraftAct]:
    """What was done with a draft, the latest first."""
    statement = (
        select(DraftAct)
        .where(DraftAct.draft_id == found.id)
        .options(joinedload(DraftAct.by))
        .order_by(DraftAct.id.desc())
        .limit(HISTORY_SHOWN)
    )
    return list(db.session.scalars(statement))


def submitter_of(draft_id: int) -> int | None:
    """Who submitted a draft last, however much was done with it; none before anybody has."""
    statement = (
        select(DraftAct.by_id)
        .where(DraftAct.draft_id == draft_id, DraftAct.act == Act.SUBMIT)
        .order_by(DraftAct.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def authors_of(draft_id: int) -> set[int]:
    """Everybody who saved a revision of a draft."""
    statement = select(DraftRevision.by_id).where(DraftRevision.draft_id == draft_id).distinct()
    return set(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, str]]:
    """The drafts that a person edited, submitted or decided, for their own export."""
    saved = (
        select(DraftRevision.at, ProgrammeDraft.name, DraftRevision.section.label("what"))
        .join(ProgrammeDraft, ProgrammeDraft.id == DraftRevision.draft_id)
        .where(DraftRevision.by_id == person_id)
    )
    done = (
        select(DraftAct.at, ProgrammeDraft.name, DraftAct.act.label("what"))
        .join(ProgrammeDraft, ProgrammeDraft.id == DraftAct.draft_id)
        .where(DraftAct.by_id == person_id)
    )
    rows = [*db.session.execute(saved), *db.session.execute(done)]
    return [
        {"at": row.at.isoformat(), "draft": row.name, "what": row.what}
        for row in sorted(rows, key=lambda row: row.at)
    ]

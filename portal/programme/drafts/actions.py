"""Begin a draft, save a section of it, withdraw it. Two people never save over each other unawares."""

import uuid
from datetime import datetime

from sqlalchemy import update

from portal.audit import actions as audit
from portal.clock import local_date
from portal.database import db
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.drafts import queries, rules
from portal.programme.drafts.models import Act, DraftAct, DraftRevision, DraftState, ProgrammeDraft
from portal.programme.rules import Rules
from portal.programme.terms.rules import Names


def begin(*, name: str, start: str, by_id: int, at: datetime) -> ProgrammeDraft:
    """Begin a draft from the last version, from a classic scheme made of it, or from a withdrawn version."""
    versions, today = programme.all_rules(), local_date(at, hotel.house_zone())
    withdrawn = programme.withdrawn_rules()
    first = rules.begun(
        start=start, versions=versions, number=programme.next_number(), today=today, withdrawn=withdrawn
    )
    again = (version.version for version in withdrawn if rules.start_of(version.version) == start)
    based_on = next(again, rules.before(versions, first).version)
    draft = ProgrammeDraft(public_id=uuid.uuid4(), name=name, based_on=based_on)
    draft.revision, draft.state = rules.FIRST_REVISION, DraftState.OPEN
    draft.created_by_id, draft.created_at = by_id, at
    db.session.add(draft)
    db.session.flush()
    _keep_revision(draft, first, section="start", by_id=by_id, at=at)
    _note("begin", draft, by_id, at, start=start)
    return draft


def save(
    *, draft: ProgrammeDraft, seen_revision: int, section: str, changed: Rules, by_id: int, at: datetime
) -> None:
    """Save a section as a new revision; refuses when another revision was saved meanwhile."""
    rules.check_saved(changed, local_date(at, hotel.house_zone()))
    move(draft=draft, seen_revision=seen_revision, before=DraftState.OPEN, after=DraftState.OPEN, saves=True)
    _keep_revision(draft, changed, section=section, by_id=by_id, at=at)
    _note("save", draft, by_id, at, section=section)


def add_tier(
    *, draft: ProgrammeDraft, seen_revision: int, name: Names, above: str, by_id: int, at: datetime
) -> None:
    """Put one tier more into a draft, above another."""
    held = queries.rules_of(draft)
    previous = rules.before(programme.all_rules(), held)
    changed = rules.with_tier(held, name=name, above=above, previous=previous)
    _save_tiers(draft, seen_revision, changed, by_id, at)


def remove_tier(*, draft: ProgrammeDraft, seen_revision: int, code: str, by_id: int, at: datetime) -> None:
    """Take a tier out of a draft. What becomes of its companies, the version itself will do."""
    changed = rules.without_tier(queries.rules_of(draft), code)
    _save_tiers(draft, seen_revision, changed, by_id, at)


def _save_tiers(draft: ProgrammeDraft, seen_revision: int, changed: Rules, by_id: int, at: datetime) -> None:
    save(draft=draft, seen_revision=seen_revision, section=rules.TIERS, changed=changed, by_id=by_id, at=at)


def withdraw(*, draft: ProgrammeDraft, by_id: int, at: datetime) -> None:
    """Put a draft away for good; it stays to be read."""
    move(draft=draft, seen_revision=draft.revision, before=DraftState.OPEN, after=DraftState.WITHDRAWN)
    keep_act(draft=draft, act=Act.WITHDRAW, note="", by_id=by_id, at=at)


def move(
    *,
    draft: ProgrammeDraft,
    seen_revision: int,
    before: DraftState,
    after: DraftState,
    saves: bool = False,
) -> None:
    """Take a draft from a state to another, if it is still as it was seen; of two at once one succeeds."""
    moved = db.session.execute(
        update(ProgrammeDraft)
        .where(
            ProgrammeDraft.id == draft.id,
            ProgrammeDraft.revision == seen_revision,
            ProgrammeDraft.state == before,
        )
        .values(state=after, revision=seen_revision + saves)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if moved.rowcount:  # type: ignore[attr-defined]  # an UPDATE counts its rows
        return
    if draft.state != before:
        raise rules.DraftNotOpen(state=draft.state)
    raise rules.DraftChanged(seen=seen_revision, revision=draft.revision)


def keep_act(*, draft: ProgrammeDraft, act: Act, note: str, by_id: int, at: datetime) -> None:
    """Write down what was done with a draft."""
    done = DraftAct(draft_id=draft.id, act=act, revision=draft.revision, note=note, by_id=by_id, at=at)
    db.session.add(done)
    db.session.flush()
    _note(act.value, draft, by_id, at)


def _keep_revision(draft: ProgrammeDraft, saved: Rules, *, section: str, by_id: int, at: datetime) -> None:
    row = DraftRevision(draft_id=draft.id, number=draft.revision, section=section, by_id=by_id, at=at)
    row.rules = saved.to_json()
    db.session.add(row)
    db.session.flush()


def _note(action: str, draft: ProgrammeDraft, by_id: int, at: datetime, **details: str) -> None:
    audit.record(
        action=f"draft.{action}",
        subject_kind="programme_draft",
        subject_id=draft.public_id,
        details={"revision": draft.revision, **details},
        by=by_id,
        at=at,
    )

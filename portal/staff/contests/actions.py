"""Contest an event; decide it."""

import uuid
from datetime import datetime

from sqlalchemy import Select

from portal.audit import actions as audit
from portal.database import db
from portal.staff.contests import queries, rules
from portal.staff.contests.models import Contest, Outcome


def contest(
    *, contribution_id: uuid.UUID, person_ids: Select[int], reason: str, by_id: int, at: datetime
) -> Contest:
    """Say that an event of one of these people is wrong; by the same person twice is refused."""
    event = queries.contribution_for(contribution_id, person_ids=person_ids, lock=True)
    if event is None:
        raise rules.NotTheirs
    rules.check_contestable(event, queries.contests_of([event.id], by_id=by_id).get(event.id), by_id=by_id)
    made = Contest(
        public_id=uuid.uuid4(),
        contribution_id=event.id,
        by_id=by_id,
        reason=reason,
        at=at,
        due_at=rules.due_at(at, zone=event.property.zone),
        words="",
    )
    db.session.add(made)
    db.session.flush()
    audit.record(action="contest.make", subject_kind="contest", subject_id=made.public_id, by=by_id, at=at)
    return made


def decide(
    *,
    contest_id: uuid.UUID,
    person_ids: Select[int],
    outcome: Outcome,
    words: str,
    by_id: int,
    at: datetime,
) -> Contest:
    """A second person decides; a void event counts as if it had never been."""
    found = queries.contest_for(contest_id, person_ids=person_ids, lock=True)
    if found is None:
        raise rules.NotTheirs
    rules.check_decidable(found, contesters=queries.contesters_of(found.contribution_id), by_id=by_id)
    found.outcome, found.decided_by_id, found.decided_at, found.words = outcome, by_id, at, words
    if outcome is Outcome.VOID:
        found.contribution.voided_at = at
    audit.record(
        action="contest.decide",
        subject_kind="contest",
        subject_id=found.public_id,
        details={"outcome": outcome.value},
        by=by_id,
        at=at,
    )
    return found

"""Keep an answer; pass thanks on to whom they were meant for."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, update

from portal.database import db
from portal.surveys.answers.models import Answer, Compliment
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires.rules import Given
from portal.web.registries import Erased


def keep_answer(*, invitation_id: int, question: str, given: Given, at: datetime) -> Answer:
    """Keep what was answered in place of what was answered before; the invitation is locked."""
    held = select(Answer).where(Answer.invitation_id == invitation_id, Answer.question == question)
    answer = db.session.scalar(held)
    if answer is None:
        answer = Answer(invitation_id=invitation_id, question=question)
        db.session.add(answer)
    answer.number = given.number
    answer.chosen = list(given.chosen) if given.chosen is not None else None
    answer.words = given.words
    answer.kept_at = at
    db.session.flush()
    return answer


def pass_on_thanks(*, invitation_id: int, person_ids: Collection[int], words: str, at: datetime) -> None:
    """Thanks to each person named, with the words that were meant for them and no others."""
    for person_id in person_ids:
        db.session.add(
            Compliment(
                public_id=uuid.uuid4(),
                invitation_id=invitation_id,
                person_id=person_id,
                words=words,
                given_at=at,
            )
        )


def erase_person(*, erased: Erased, at: datetime) -> None:  # noqa: ARG001 -- what every room is asked by
    """Drop the words that a guest wrote, and those in which somebody thanked them; the figures stay."""
    asked = select(Invitation.id).where(Invitation.person_id == erased.person_id)
    written = update(Answer).where(Answer.invitation_id.in_(asked)).values(words="")
    thanks = or_(Compliment.invitation_id.in_(asked), Compliment.person_id == erased.person_id)
    for statement in (written, update(Compliment).where(thanks).values(words="")):
        db.session.execute(statement.execution_options(synchronize_session=False))

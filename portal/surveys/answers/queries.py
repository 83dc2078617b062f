"""Reads of what was submitted, for the rooms above: scores and compliments."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.database import db
from portal.surveys.answers.models import Answer, Compliment
from portal.surveys.invitations.models import Invitation

SCORES_LIMIT = 100_000
COMPLIMENTS_LIMIT = 200
PERSONAL_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Scored:
    """One submitted survey in figures. Not for pages: a single person's scores are not shown."""

    invitation_id: int
    account_id: int
    property_id: int
    person_id: int
    tier: str
    come_again: int | None
    """1 to 5."""
    recommend: int | None
    """0 to 10."""
    submitted_at: datetime
    asked_at: datetime


def scores(
    *,
    since: datetime,
    until: datetime,
    account_ids: Collection[int] | None = None,
    property_ids: Collection[int] | None = None,
    by_letter: bool = False,
) -> list[Scored]:
    """What was submitted in [since, until), of these accounts and hotels, or of all.

    With `by_letter` what was submitted, whenever, to letters of [since, until).
    """
    statement = _scored(account_ids, property_ids)
    within = Invitation.sent_at if by_letter else Invitation.submitted_at
    found = statement.where(Invitation.submitted_at.is_not(None), within >= since, within < until)
    return [Scored(*row) for row in db.session.execute(found)]


def compliments_to(person_id: int, *, limit: int = COMPLIMENTS_LIMIT) -> list[Compliment]:
    """The thanks that a person received, latest first, with the company and hotel they came from."""
    statement = (
        select(Compliment)
        .join(Compliment.invitation)
        .options(
            contains_eager(Compliment.invitation).options(
                joinedload(Invitation.account), joinedload(Invitation.property)
            )
        )
        .where(Compliment.person_id == person_id)
        .order_by(Compliment.given_at.desc(), Compliment.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def answers_of(invitation_ids: Collection[int]) -> dict[int, dict[str, Answer]]:
    """The answers kept so far, by invitation and by the code of their question."""
    found: dict[int, dict[str, Answer]] = {one: {} for one in invitation_ids}
    for answer in db.session.scalars(select(Answer).where(Answer.invitation_id.in_(invitation_ids))):
        found[answer.invitation_id][answer.question] = answer
    return found


def personal_data(person_id: int) -> dict[str, Any]:
    """What a person answered, and the thanks they received, for their own export."""
    answers = (
        select(Answer, Invitation.public_id)
        .join(Answer.invitation)
        .where(Invitation.person_id == person_id)
        .order_by(Answer.id)
        .limit(PERSONAL_LIMIT)
    )
    return {
        "answers": [
            {
                "survey": str(survey),
                "question": answer.question,
                "number": answer.number,
                "chosen": answer.chosen,
                "words": answer.words,
                "kept_at": answer.kept_at.isoformat(),
            }
            for answer, survey in db.session.execute(answers)
        ],
        "thanks": [
            {"words": thanks.words, "given_at": thanks.given_at.isoformat()}
            for thanks in compliments_to(person_id, limit=PERSONAL_LIMIT)
        ],
    }


def _scored(
    account_ids: Collection[int] | None, property_ids: Collection[int] | None
) -> Select[*tuple[Any, ...]]:
    come_again, recommend = aliased(Answer), aliased(Answer)
    statement = (
        select(
            Invitation.id,
            Invitation.account_id,
            Invitation.property_id,
            Invitation.person_id,
            Invitation.tier,
            come_again.number,
            recommend.number,
            Invitation.submitted_at,
            Invitation.sent_at,
        )
        .outerjoin(
            come_again,
            (come_again.invitation_id == Invitation.id) & (come_again.question == "come_again"),
        )
        .outerjoin(
            recommend,
            (recommend.invitation_id == Invitation.id) & (recommend.question == "recommend"),
        )
        .order_by(Invitation.submitted_at, Invitation.id)
        .limit(SCORES_LIMIT)
    )
    if account_ids is not None:
        statement = statement.where(Invitation.account_id.in_(account_ids))
    if property_ids is not None:
        statement = statement.where(Invitation.property_id.in_(property_ids))
    return statement

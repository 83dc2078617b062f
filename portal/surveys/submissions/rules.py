"""Where a guest stands in a survey: what comes next, and whether it can be sent."""

from collections.abc import Mapping, Sequence

from portal.surveys.answers.models import Answer
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires.rules import AnswerRefused, Kind, Question


class StillUnanswered(AnswerRefused):
    """A question that needs an answer has none; `step` is its page."""


class QuestionUnknown(AnswerRefused):
    """This survey does not ask that."""


def next_step(questions: Sequence[Question], answered: Mapping[str, Answer]) -> int:
    """The page to go on at, from 1: the first question without an answer, else the last look."""
    return next(
        (step for step, one in enumerate(questions, start=1) if one.code not in answered),
        len(questions) + 1,
    )


def check_complete(questions: Sequence[Question], answered: Mapping[str, Answer]) -> None:
    """Refuse to send a survey whose required questions are not all answered."""
    for step, one in enumerate(questions, start=1):
        kept = answered.get(one.code)
        if one.is_required and (kept is None or (one.kind is Kind.SCALE and kept.number is None)):
            raise StillUnanswered(step=step)


def question_of(questions: Sequence[Question], code: str) -> tuple[int, Question]:
    """The page and the question of a code; refuses what is not asked."""
    for step, one in enumerate(questions, start=1):
        if one.code == code:
            return step, one
    raise QuestionUnknown


def offered(question: Question, invitation: Invitation) -> frozenset[str]:
    """What can be chosen: codes of services, or public ids of the people who served."""
    if question.kind is Kind.SERVICES:
        return frozenset(one.service.code for one in invitation.served)
    if question.kind is Kind.THANKS:
        return frozenset(str(one.person.public_id) for one in invitation.served)
    return frozenset()

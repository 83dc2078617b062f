"""Keep an answer as soon as it is given; send the survey once.

Both lock the invitation first, so that two phones take turns: what was kept before the submission is
in it, what comes after is refused.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from portal.audit import actions as audit
from portal.database import db
from portal.surveys.answers import actions as answers
from portal.surveys.answers import queries as kept
from portal.surveys.cases import actions as cases
from portal.surveys.invitations import queries as invitations
from portal.surveys.invitations import rules as links
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires import rules as questionnaires
from portal.surveys.questionnaires.rules import THANKS
from portal.surveys.submissions import rules


def keep(*, token: str, code: str, values: Sequence[str], words: str = "", at: datetime) -> int:
    """Keep one answer; returns the page of its question. Refuses closed links and wrong answers."""
    invitation = links.check_open(invitations.invitation_by_token(token, lock=True), at=at)
    questions = questionnaires.asked_of(invitation.version, has_served=bool(invitation.served))
    step, question = rules.question_of(questions, code)
    choices = rules.offered(question, invitation)
    given = questionnaires.read_answer(question, values, offered=choices, words=words)
    answers.keep_answer(invitation_id=invitation.id, question=code, given=given, at=at)
    invitation.begun_at = invitation.begun_at or at
    return step


def submit(*, token: str, at: datetime) -> Invitation:
    """Send the survey: thanks go to whom they were meant for, a low score opens a case. Once."""
    invitation = links.check_open(invitations.invitation_by_token(token, lock=True), at=at)
    questions = questionnaires.asked_of(invitation.version, has_served=bool(invitation.served))
    answered = kept.answers_of([invitation.id])[invitation.id]
    rules.check_complete(questions, answered)
    _submit_once(invitation, at=at)
    subject_id = invitation.public_id
    audit.record(action="survey.submit", subject_kind="survey", subject_id=subject_id, by=None, at=at)
    if (thanks := answered.get(THANKS)) is not None:
        chosen = set(thanks.chosen or ())
        thanked = {one.person_id for one in invitation.served if str(one.person.public_id) in chosen}
        answers.pass_on_thanks(
            invitation_id=invitation.id, person_ids=sorted(thanked), words=thanks.words, at=at
        )
    numbers = {code: one.number for code, one in answered.items() if one.number is not None}
    if questionnaires.is_low(questions, numbers):
        cases.open_case(invitation=invitation, at=at)
    return invitation


def _submit_once(invitation: Invitation, *, at: datetime) -> None:
    """Take the one submission of the link; whoever comes second learns when the first came."""
    taken = db.session.execute(
        update(Invitation)
        .where(Invitation.id == invitation.id, Invitation.submitted_at.is_(None))
        .values(submitted_at=at)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE counts its rows
        raise links.SubmittedAlready(at)

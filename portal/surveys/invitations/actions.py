"""Ask a guest after a touchpoint, once and rarely; take the asking back; opt out and in again."""

import secrets
import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.database import db
from portal.jobs import actions as jobs
from portal.outbox import actions as outbox
from portal.outbox.rules import ContactBudgetSpent
from portal.people import rules as people
from portal.surveys.invitations import emails, queries, rules
from portal.surveys.invitations.models import Invitation, LeftOut, OptOut, Served
from portal.surveys.invitations.rules import Touchpoint
from portal.surveys.questionnaires import queries as questionnaires
from portal.surveys.questionnaires.rules import AFTER_BOOKING

TOKEN_BYTES = 24


def schedule_invitation(*, touchpoint: Touchpoint, at: datetime) -> Invitation | None:
    """Plan to ask about a touchpoint that has ended; one that was asked about is not asked about again.

    Until the guest has begun to answer, the facts are those of its latest end. Of a booking that nobody
    delivered there is nothing to ask about.
    """
    if touchpoint.needs_service and not touchpoint.served:
        return None
    invitation = queries.invitation_about(touchpoint.public_id)
    if invitation is not None and invitation.begun_at is not None:
        return invitation
    if invitation is None:
        version = questionnaires.latest_version(AFTER_BOOKING)
        invitation = Invitation(public_id=uuid.uuid4(), touchpoint_id=touchpoint.public_id)
        invitation.version_id = version.id
    else:
        version = questionnaires.version(invitation.version_id)
    _note_facts(invitation, touchpoint)
    if invitation.sent_at is None:
        until = touchpoint.undo_until
        invitation.due_at = rules.due_at(version, happened_at=touchpoint.happened_at, undo_until=until)
        invitation.left_out = invitation.left_out_at = None
        db.session.add(invitation)
        db.session.flush()
        jobs.enqueue(
            kind=rules.SEND_JOB,
            payload={"invitation": str(invitation.public_id)},
            dedupe_key=f"survey:{touchpoint.public_id}:{touchpoint.key}",
            run_at=invitation.due_at,
            at=at,
        )
    _note_served(invitation, touchpoint)
    _record(invitation, "survey.schedule", at=at)
    return invitation


def take_back_invitation(*, touchpoint_id: uuid.UUID, at: datetime) -> None:
    """What it was to ask about was undone: nobody is asked, unless the letter has left."""
    invitation = queries.invitation_about(touchpoint_id)
    if invitation is not None and _is_stopped(invitation, at=at):
        _leave_out(invitation, LeftOut.TAKEN_BACK, at=at)
        _record(invitation, "survey.take_back", at=at)


def send_invitation(*, public_id: uuid.UUID, at: datetime) -> LeftOut | None:
    """Write the letter with the link, or note why this person is left alone. Sending twice is once."""
    invitation = queries.invitation_to_send(public_id)
    if invitation is None or invitation.sent_at is not None or invitation.left_out is not None:
        return None
    if invitation.due_at > at:
        return None  # it was fulfilled anew meanwhile, and another job stands for that
    opted_out = queries.has_opted_out(invitation.person_id)
    if (reason := rules.left_out(invitation.person, has_opted_out=opted_out)) is not None:
        return _leave_out(invitation, reason, at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        letter = emails.ask(invitation=invitation, token=token, at=at)
    except ContactBudgetSpent:
        return _leave_out(invitation, LeftOut.CONTACT_BUDGET, at=at)
    invitation.token_digest = people.digest(token)
    invitation.letter_id = letter.public_id
    invitation.sent_at = letter.send_at
    invitation.expires_at = rules.expires_at(invitation.version, sent_at=letter.send_at)
    return None


def opt_out(*, person_id: int, at: datetime) -> None:
    """Do not ask this person any more; twice is once."""
    if queries.has_opted_out(person_id):
        return
    try:
        with db.session.begin_nested():
            db.session.add(OptOut(person_id=person_id, at=at))
    except IntegrityError:
        return  # the same tap, twice in one second
    # A letter that is being written now is kept before it is looked for, or its writer sees the wish.
    queries.hold_unsent(person_id)
    for invitation in queries.waiting_letters(person_id):
        if _is_stopped(invitation, at=at):
            _leave_out(invitation, LeftOut.OPTED_OUT, at=at)
    audit.record(action="survey.opt_out", subject_kind="person", subject_id=person_id, by=person_id, at=at)


def opt_in(*, person_id: int, at: datetime) -> None:
    """Ask this person again."""
    wish = db.session.scalar(select(OptOut).where(OptOut.person_id == person_id))
    if wish is None:
        return
    db.session.delete(wish)
    audit.record(action="survey.opt_in", subject_kind="person", subject_id=person_id, by=person_id, at=at)


def _note_facts(invitation: Invitation, touchpoint: Touchpoint) -> None:
    invitation.touchpoint = touchpoint.kind
    invitation.person_id = touchpoint.person_id
    invitation.account_id = touchpoint.account_id
    invitation.property_id = touchpoint.property_id
    invitation.tier = touchpoint.tier
    invitation.happened_at = touchpoint.happened_at


def _note_served(invitation: Invitation, touchpoint: Touchpoint) -> None:
    db.session.execute(delete(Served).where(Served.invitation_id == invitation.id))
    for person_id, service_id in touchpoint.served:
        db.session.add(Served(invitation_id=invitation.id, person_id=person_id, service_id=service_id))


def _is_stopped(invitation: Invitation, *, at: datetime) -> bool:
    """Whether nobody was asked; a letter that still waits is withdrawn for it.

    Whoever has begun to answer was asked, even where the letter still counts as waiting.
    """
    if invitation.begun_at is not None:
        return False
    if invitation.sent_at is None:
        return True
    if invitation.letter_id is None or not outbox.withdraw(public_id=invitation.letter_id, at=at):
        return False
    invitation.sent_at = invitation.expires_at = invitation.letter_id = None
    return True


def _record(invitation: Invitation, action: str, *, at: datetime) -> None:
    audit.record(action=action, subject_kind="survey", subject_id=invitation.public_id, by=None, at=at)


def _leave_out(invitation: Invitation, reason: LeftOut, *, at: datetime) -> LeftOut:
    invitation.left_out, invitation.left_out_at = reason, at
    return reason

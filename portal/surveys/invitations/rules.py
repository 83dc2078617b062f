"""When a guest is asked, whom nobody asks, and when a link no longer opens."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.people.models import Person
from portal.surveys.invitations.models import Invitation, LeftOut
from portal.surveys.questionnaires.models import QuestionnaireVersion

SEND_JOB = "surveys.send"


class LinkRefused(Exception):
    """The link of a survey opens nothing; the class names why."""


class LinkUnknown(LinkRefused):
    """No survey has this link."""


class TakenBack(LinkRefused):
    """Nobody is asked any more: what it was about was undone, or the guest opted out."""


class LinkExpired(LinkRefused):
    """It was open for its time, and is no longer."""


class SubmittedAlready(LinkRefused):
    """It was sent; one link takes one submission."""

    def __init__(self, submitted_at: datetime) -> None:
        super().__init__(submitted_at.isoformat())
        self.submitted_at = submitted_at


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """What a guest is asked about, in copies: surveys looks nothing up above itself."""

    kind: str
    public_id: uuid.UUID
    key: str
    """Names this end of it: fulfilled, undone and fulfilled again it has another."""
    person_id: int
    account_id: int
    property_id: int
    tier: str
    served: tuple[tuple[int, int], ...]
    """Who delivered what: ids of a person and a service each."""
    happened_at: datetime
    undo_until: datetime
    """Until when whoever noted it may undo it: nobody is asked before."""
    needs_service: bool = True
    """Whether it is about services that somebody delivered, as a booking is and an evening is not."""


def due_at(version: QuestionnaireVersion, *, happened_at: datetime, undo_until: datetime) -> datetime:
    """When the guest is asked: some time after the last delivery, and not while it may be undone."""
    return max(happened_at + timedelta(minutes=version.asks_after_minutes), undo_until)


def expires_at(version: QuestionnaireVersion, *, sent_at: datetime) -> datetime:
    return sent_at + timedelta(days=version.open_days)


def left_out(person: Person, *, has_opted_out: bool) -> LeftOut | None:
    """Why this person is not asked; none when they are."""
    if has_opted_out:
        return LeftOut.OPTED_OUT
    return LeftOut.NO_ADDRESS if person.email is None or person.left_at is not None else None


def check_open(invitation: Invitation | None, *, at: datetime) -> Invitation:
    """The invitation, if its survey can still be answered; refuses by name. Its last instant is too late."""
    if invitation is None:
        raise LinkUnknown
    if invitation.expires_at is None:
        raise TakenBack
    if invitation.submitted_at is not None:
        raise SubmittedAlready(invitation.submitted_at)
    if at >= invitation.expires_at:
        raise LinkExpired
    return invitation

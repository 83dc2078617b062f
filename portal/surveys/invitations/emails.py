"""The letter that asks."""

from datetime import datetime

from portal.outbox import actions as outbox
from portal.outbox import queries as outbox_queries
from portal.outbox import rules as outbox_rules
from portal.outbox.actions import LetterKind, Recipient
from portal.outbox.emails import link
from portal.outbox.models import Letter
from portal.surveys.invitations import rules
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires.rules import asked_of

TEMPLATES = {"event": "surveys/after_event"}
"""The letter by what it asks about; after a booking where nothing else is said."""


def ask(*, invitation: Invitation, token: str, at: datetime) -> Letter:
    """Ask the guest, with a link for the answers and one that ends all asking.

    Raises `ContactBudgetSpent` when they were asked not long ago.
    """
    person, house = invitation.person, invitation.property
    policy = outbox_queries.policy()
    leaves_at = outbox_rules.send_at(kind=LetterKind.SURVEY, at=at, zone=house.zone, policy=policy)
    questions = asked_of(invitation.version, has_served=bool(invitation.served))
    return outbox.write_letter(
        dedupe_key=f"survey:{invitation.public_id}",
        kind=LetterKind.SURVEY,
        template=TEMPLATES.get(invitation.touchpoint, "surveys/after_booking"),
        to=Recipient(person.email or "", person.name, person.locale, zone=house.zone, person_id=person.id),
        values={
            "house": house.name,
            "questions": len(questions),
            "day": invitation.happened_at,
            "zone": house.zone,
            "until": rules.expires_at(invitation.version, sent_at=leaves_at),
            "token": token,
            "every_days": policy.survey_every_days,
        },
        unsubscribe_url=link("survey.unsubscribe", token=token),
        at=at,
    )

"""The letter that tells a guest what was done, and asks once more."""

from datetime import datetime

from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.surveys.cases.models import Case, CaseStep


def tell_what_was_done(*, case: Case, step: CaseStep, link_token: str, at: datetime) -> None:
    """An answer to the guest's own words, so a service letter."""
    person, house = case.invitation.person, case.property
    outbox.write_letter(
        dedupe_key=f"case:{step.public_id}",
        kind=LetterKind.SERVICE,
        template="surveys/case_resolved",
        to=Recipient(person.email or "", person.name, person.locale, zone=house.zone, person_id=person.id),
        values={
            "house": house.name,
            "zone": house.zone,
            "happened_at": case.invitation.happened_at,
            "words": step.words,
            "until": case.reply_until,
            "token": link_token,
        },
        at=at,
    )

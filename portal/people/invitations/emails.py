"""The letter that invites."""

from datetime import datetime

from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient
from portal.people import rules, words
from portal.people.models import Invitation
from portal.web.registries import registries


def invite(*, invitation: Invitation, by_name: str, token: str, at: datetime) -> None:
    """Who invites, where to, in which roles, until when, and the link."""
    zone = hotel.house_zone()
    account_id = invitation.account_id
    names = registries().account_names((account_id,)) if account_id is not None else {}
    outbox.write_letter(
        dedupe_key=f"invitation:{rules.digest(token)}",
        kind=LetterKind.SERVICE,
        template="people/invitation",
        to=Recipient(invitation.email, invitation.name, invitation.locale, zone),
        values={
            "by_name": by_name,
            "company": names.get(account_id or 0, ""),
            "roles": [words.ROLE_NAMES[role] for role in invitation.roles],
            "expires_at": invitation.expires_at,
            "zone": zone,
            "token": token,
        },
        at=at,
    )

"""Welcome a person into a company: roles, a card, and a letter."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from portal.accounts import actions as accounts
from portal.people import actions as people
from portal.people.models import Person


def welcome_person(
    *,
    account_id: int,
    token: uuid.UUID,
    name: str,
    email: str | None,
    roles: Iterable[str],
    with_card: bool,
    locale: str,
    by: int,
    at: datetime,
) -> Person:
    """Add a person with roles, issue a card where wanted, and invite whoever has an address and no password."""
    person = accounts.add_person(
        account_id=account_id, token=token, name=name, email=email, roles=roles, locale=locale, by=by, at=at
    )
    if with_card:
        card_token = uuid.uuid5(token, "card")
        try:
            accounts.issue_card(account_id=account_id, holder_id=person.id, token=card_token, by=by, at=at)
        except accounts.HasCard:
            # They joined with an address we knew, and hold a card of this company already.
            pass
    if person.email is not None and person.password_hash is None:
        people.invite_to_choose_password(person=person, by=by, at=at)
    return person

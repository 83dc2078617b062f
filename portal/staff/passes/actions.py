"""Using a pass at a desk: the person is known, the price is told, the use is taken, in one transaction."""

import uuid
from datetime import date, datetime

from portal.accounts import queries as accounts
from portal.accounts.models import Card
from portal.corporate.passes import actions as passes
from portal.corporate.passes import queries
from portal.corporate.passes.models import GuestPass, PassUse
from portal.corporate.presence import actions as presence
from portal.corporate.presence.models import Purpose
from portal.corporate.presence.rules import LiveCodeOfOther, Shown
from portal.hotel.models import Property


def use_at_desk(
    *,
    token: uuid.UUID,
    guest_pass: GuestPass,
    house: Property,
    kind: str,
    list_cents: int,
    shown: Shown | None,
    document: str | None,
    by_id: int,
    today: date,
    at: datetime,
) -> PassUse:
    """Use a pass for an invitee who is there: their document was seen, or their host shows a live card.

    The same token uses it once. Raises why the pass does not hold, or why the person is not known.
    """
    # The pass first: the same form sent twice at once finds what it made, and its code is not "used".
    queries.lock_pass(guest_pass.id)
    if queries.use_by_token(token) is None:
        card = accounts.card_by_number(shown.card_number) if shown is not None else None
        _check_host(card, guest_pass)
        presence.note_presence(
            token=token,
            purpose=Purpose.INVITEE,
            shown=shown,
            document=document,
            card=card,
            property_id=house.id,
            by_id=by_id,
            at=at,
        )
    return passes.use_pass(
        token=token,
        guest_pass=guest_pass,
        house=house,
        kind=kind,
        list_cents=list_cents,
        by_id=by_id,
        today=today,
        at=at,
    )


def _check_host(card: Card | None, guest_pass: GuestPass) -> None:
    """A live card that stands in for the invitee's document is one of the company that gave the pass."""
    if card is None:
        return
    if card.account_id != guest_pass.account_id or card.blocked_at is not None or card.has_left:
        raise LiveCodeOfOther

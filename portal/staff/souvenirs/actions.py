"""Souvenirs at a desk: the person is known and what waits is handed over; the tier's is given on arrival."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.corporate.presence import actions as presence
from portal.corporate.presence.models import Purpose
from portal.corporate.presence.rules import Shown
from portal.corporate.reservations import actions as reservations
from portal.corporate.reservations import queries, rules
from portal.corporate.reservations.models import ArrivalGift, Reservation
from portal.corporate.souvenirs import actions as stock
from portal.corporate.souvenirs import queries as souvenirs
from portal.corporate.souvenirs.models import MoveKind
from portal.database import db
from portal.staff.desk import rules as desk


def hand_over(
    *,
    token: uuid.UUID,
    card: Card,
    wanted: Sequence[uuid.UUID],
    property_id: int,
    shown: Shown | None,
    document: str | None,
    by_id: int,
    at: datetime,
) -> list[Reservation]:
    """Hand over what waits for a guest who is there: with their live card, or a document that was seen.

    All of it or nothing; the same token does it once. Raises why the person is not known, or what the
    rules of reserved souvenirs refuse.
    """
    desk.check_card(blocked_at=card.blocked_at, has_left=card.has_left)
    waiting = _locked(wanted, property_id=property_id)
    if any((each.guest_id, each.account_id) != (card.holder_id, card.account_id) for each in waiting):
        raise rules.ReservationOfOthers
    if not all(_is_done(each, token) for each in waiting):
        presence.note_presence(
            token=token,
            purpose=Purpose.POINTS,
            shown=shown,
            document=document,
            card=card,
            property_id=property_id,
            by_id=by_id,
            at=at,
        )
    return [
        reservations.hand_over(
            token=uuid.uuid5(token, str(each.public_id)), public_id=each.public_id, property_id=property_id,
            by_id=by_id, at=at,
        )
        for each in waiting
    ]  # fmt: skip


def give_on_arrival(
    *, token: uuid.UUID, card: Card, word: str, property_id: int, by_id: int, at: datetime
) -> ArrivalGift:
    """Give the souvenir of the guest's tier; a token gives one.

    Raises `GivenAlready` or `SouvenirGone`, and `GiftUndone` for a token whose gift was undone.
    """
    if (known := queries.gift(token)) is not None:
        return _as_it_was(known, card=card, property_id=property_id, by_id=by_id)
    desk.check_card(blocked_at=card.blocked_at, has_left=card.has_left)
    given = souvenirs.set_given(word)
    if given is None:
        raise rules.NotOnSale
    # The shelf first: two desks that give to one guest at once wait here, and the second one sees the gift.
    stock.move_out(
        token=token, souvenir_id=given.id, property_id=property_id, quantity=1, kind=MoveKind.GIVEN,
        promised=False, by_id=by_id, at=at,
    )  # fmt: skip
    last = queries.last_gift(card, property_id=property_id)
    rules.check_gift(
        last_at=last.at if last is not None else None, again_days=souvenirs.terms().again_days, at=at
    )
    gift = ArrivalGift(
        public_id=token, souvenir_id=given.id, property_id=property_id, account_id=card.account_id,
        card_id=card.id, guest_id=card.holder_id, by_id=by_id, at=at,
    )  # fmt: skip
    db.session.add(gift)
    _record("souvenir.give", gift, by_id=by_id, at=at)
    return gift


def undo_handover(*, wanted: Sequence[uuid.UUID], property_id: int, by_id: int, at: datetime) -> None:
    """Undo one's own hand-over of the last ten minutes, of all that went with it."""
    for each in _locked(wanted, property_id=property_id):
        reservations.undo_handover(public_id=each.public_id, property_id=property_id, by_id=by_id, at=at)


def undo_gift(*, gift: ArrivalGift, by_id: int, at: datetime) -> None:
    """Undo one's own within ten minutes; it lies on the shelf again. Undoing it twice changes nothing."""
    if gift.undone_at is not None:
        return
    rules.check_undo(by_id=by_id, handed_over_by_id=gift.by_id, handed_over_at=gift.at, at=at)
    stock.move_out(
        token=uuid.uuid5(gift.public_id, "undone"), souvenir_id=gift.souvenir_id,
        property_id=gift.property_id, quantity=-1, kind=MoveKind.UNDONE, promised=False, by_id=by_id, at=at,
    )  # fmt: skip
    gift.undone_at = at
    _record("souvenir.undo_gift", gift, by_id=by_id, at=at)


def _locked(wanted: Sequence[uuid.UUID], *, property_id: int) -> list[Reservation]:
    """All of them, of one company, locked, in the order in which their shelves are locked next.

    Two desks that hand over the same two things must not wait for each other. Raises `ReservationOfOthers`.
    """
    reach = queries.Reach(property_ids=(property_id,))
    found = [each for one in sorted(set(wanted)) if (each := queries.locked(reach, one)) is not None]
    if len(found) < len(set(wanted)) or len({each.account_id for each in found}) != 1:
        raise rules.ReservationOfOthers
    return sorted(found, key=lambda each: (each.souvenir_id, each.id))


def _as_it_was(known: ArrivalGift, *, card: Card, property_id: int, by_id: int) -> ArrivalGift:
    """What the same press gave a moment before."""
    if (known.card_id, known.property_id, known.by_id) != (card.id, property_id, by_id):
        raise rules.ReservationOfOthers
    if known.undone_at is not None:
        raise rules.GiftUndone
    return known


def _is_done(each: Reservation, token: uuid.UUID) -> bool:
    return each.handover is not None and each.handover.public_id == uuid.uuid5(token, str(each.public_id))


def _record(action: str, gift: ArrivalGift, *, by_id: int, at: datetime) -> None:
    audit.record(action=action, subject_kind="arrival_gift", subject_id=gift.public_id, by=by_id, at=at)

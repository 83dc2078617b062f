"""What whoever reserved a souvenir is told of it."""

from datetime import datetime

from portal.corporate.reservations.models import Reservation
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient

RESERVED, HANDED_OVER, RETURNED, ENDED = "reserved", "handed_over", "returned", "ended"


def write_about(*, reservation: Reservation, letter: str, at: datetime) -> None:
    """It is kept aside, was handed over, came back or ended; nobody is told who has left."""
    to = reservation.reserved_by
    if to.email is None or to.left_at is not None:
        return
    outbox.write_letter(
        dedupe_key=f"{reservation.ledger_name}:{letter}:{at.isoformat()}",
        kind=LetterKind.SERVICE,
        template="corporate/souvenir",
        to=Recipient(to.email, to.name, to.locale, zone=reservation.house.zone, person_id=to.id),
        values={
            "what": letter,
            "reservation": reservation,
            "ending": reservation.end.kind if reservation.end is not None else "",
            "reason": _reason(reservation),
        },
        at=at,
    )


def _reason(reservation: Reservation) -> str:
    if reservation.end is not None:
        return reservation.end.reason
    return reservation.taken_back.reason if reservation.taken_back is not None else ""

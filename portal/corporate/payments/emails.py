"""What a guest is told of points that paid a bill of theirs: whose card pays hears of it."""

from datetime import datetime

from portal.corporate.payments.models import BillPayment
from portal.outbox import actions as outbox
from portal.outbox.actions import LetterKind, Recipient

PAID, UNDONE = "paid", "undone"


def write_about(*, payment: BillPayment, what: str, at: datetime) -> None:
    """The points were taken, or that was undone; nobody is told who has no address or has left."""
    to = payment.guest
    if to.email is None or to.left_at is not None:
        return
    outbox.write_letter(
        dedupe_key=f"{payment.ledger_name}:{what}",
        kind=LetterKind.SERVICE,
        template="corporate/bill_paid",
        to=Recipient(to.email, to.name, to.locale, zone=payment.house.zone, person_id=to.id),
        values={"what": what, "payment": payment},
        at=at,
    )

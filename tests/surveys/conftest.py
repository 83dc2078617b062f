"""A booking of Acme's for Tamara that Dario delivers, the worker that asks her, and her link."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.corporate.bookings import emails
from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.deliveries import actions as deliveries
from portal.database import db, transaction
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from portal.people.models import Person
from portal.surveys.invitations.models import Invitation
from tests.cast import NOW, Cast
from tests.catalogue import Catalogue, stock
from tests.corporate.bookings.conftest import book_now, make_order
from tests.web.client import forget, settle

LINK = re.compile(r"/survey/([\w-]+)(?=\s|$)", re.MULTILINE)
SECOND_WORD = re.compile(r"/surveys/cases/second-word/([\w-]+)")
DELIVERED = NOW + timedelta(hours=1)
ASKED = NOW + timedelta(hours=4)
BLANK = b"%PDF-1.7"


@pytest.fixture
def catalogue(cast: Cast) -> Catalogue:
    """What the cast's hotels offer."""
    return stock(cast)


@pytest.fixture
def fulfil(cast: Cast, catalogue: Catalogue) -> Callable[..., Booking]:
    """Book for Tamara (or `guest=None`, a group) and deliver everything: `fulfil(taxi=1, laundry=2)`."""

    def book_and_deliver(*, guest: bool = True, at: datetime = DELIVERED, **counts: int) -> Booking:
        card_id = cast.tamaras_card.public_id if guest else None
        with transaction():
            booking = book_now(cast, make_order(**(counts or {"taxi": 1, "laundry": 2})), card_id=card_id)
        deliver(cast, booking, at=at)
        return booking

    return book_and_deliver


@pytest.fixture
def work(app: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Letter]]:
    """Let the worker work until nothing is due, at an instant; the letters so far."""
    # The letter before the survey's own carries a sheet of which no question is asked here, and printing
    # it would be half the work of these tests; tests/corporate/bookings/test_letters.py reads it.
    monkeypatch.setattr(emails, "confirmation", lambda *_booking, **_how: BLANK)

    def go(*, at: datetime = ASKED) -> list[Letter]:
        clock.set(at)
        settle()
        Worker(app, "a worker").drain()
        forget()
        return list(db.session.scalars(select(Letter).order_by(Letter.id)))

    return go


@pytest.fixture
def ask(fulfil: Callable[..., Booking], work: Callable[..., list[Letter]]) -> Callable[..., str]:
    """Fulfil a booking, let the worker ask; the secret of the link in the letter."""

    def fulfil_and_ask(*, asked_at: datetime = ASKED, **order: Any) -> str:
        fulfil(**order)
        return link_of(work(at=asked_at))

    return fulfil_and_ask


def deliver(
    cast: Cast,
    booking: Booking,
    *,
    at: datetime,
    noted_at: datetime | None = None,
    by: Person | None = None,
    quantity: int | None = None,
) -> list[uuid.UUID]:
    """Deliver every line as promised; the tokens under which it was noted."""
    tokens = []
    with transaction():
        asked = select(BookingLine.id, BookingLine.quantity).where(BookingLine.booking_id == booking.id)
        for line_id, promised in db.session.execute(asked.order_by(BookingLine.id)).all():
            tokens.append(uuid.uuid4())
            deliveries.deliver_line(
                line_id=line_id, quantity=promised if quantity is None else quantity, delivered_at=at,
                by_id=(by or cast.dario).id, token=tokens[-1], at=noted_at or at,
            )  # fmt: skip
    return tokens


def link_of(letters: list[Letter]) -> str:
    """The secret of the last survey letter."""
    texts = [letter.text for letter in letters if letter.template == "surveys/after_booking"]
    found = LINK.search(texts[-1])
    assert found is not None
    return found.group(1)


def invitation() -> Invitation:
    """The only invitation."""
    db.session.rollback()
    return db.session.scalars(select(Invitation)).one()


def answer(client: Any, token: str, code: str, *values: str) -> Any:
    """Answer one question as its page does."""
    return client.post(f"/survey/{token}/answers/{code}", data={"answer": list(values)})


def answer_all(client: Any, token: str, *, come_again: int = 5, recommend: int = 9, words: str = "") -> Any:
    """Answer what must be answered, and send."""
    answer(client, token, "come_again", str(come_again))
    answer(client, token, "recommend", str(recommend))
    if words:
        answer(client, token, "words", words)
    return client.post(f"/survey/{token}/submission")

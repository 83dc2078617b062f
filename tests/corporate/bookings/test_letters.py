"""What the booker is told by mail, with which files, and how often."""

import base64
import uuid
from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import select

from portal.corporate.bookings import actions
from portal.corporate.bookings.models import EndKind
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.database import db, transaction
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from tests.cast import NOW
from tests.corporate.bookings.conftest import give_points, make_order
from tests.web.client import forget, settle


@pytest.fixture
def letters(app):
    """Let the worker work until nothing is due; the letters so far, in order."""

    def work():
        settle()
        Worker(app, "a worker").drain()
        forget()
        return list(db.session.scalars(select(Letter).order_by(Letter.id)))

    return work


def change(cast, booking, asked):
    with transaction():
        seen = bundles.quote(asked, house=cast.seaside, account_id=cast.acme.id, at=NOW).price.value
        actions.change_booking(
            public_id=booking.public_id,
            account_id=cast.acme.id,
            token=uuid.uuid4(),
            revision=1,
            wanted=Wanted(cast.seaside, asked),
            seen_cents=seen.bill_cents,
            by_id=cast.bruno.id,
            at=NOW,
        )


def end(cast, booking, kind, *, at=NOW):
    with transaction():
        actions.end_by_hotel(
            public_id=booking.public_id,
            reach=Reach(is_everywhere=True),
            kind=kind,
            reason="A burst pipe.",
            by_id=cast.lidia.id,
            at=at,
        )


def files_of(letter):
    return {each["filename"]: base64.b64decode(each["content"]) for each in letter.attachments}


def calendar_of(letter):
    return next(Calendar.from_ical(file) for name, file in files_of(letter).items() if name.endswith(".ics"))


class TestConfirmation:
    def test_tells_the_booker_the_price_with_calendar_entry_and_pdf(self, gold, book, letters):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000, title="Board")

        (letter,) = letters()

        assert letter.to_address == "bruno@acme.example"
        assert letter.subject == "Confirmed: Board on 22 June 2026"
        for said in (
            "€400",
            "Bundle of 7 kinds, −15",
            "Paid with points",
            "€957.50",
            booking.spoken_reference,
        ):
            assert said in letter.text
        assert calendar_of(letter)["method"] == "PUBLISH"
        assert files_of(letter)[f"{booking.reference}.pdf"].startswith(b"%PDF-")

    def test_speaks_the_language_of_the_booker(self, cast, gold, book, letters):
        cast.bruno.locale = "ru"
        db.session.commit()
        book(title="Совет")

        (letter,) = letters()

        assert letter.subject.startswith("Подтверждено: Совет")
        assert "Конференц-зал, 4 часа, Библиотека" in letter.text

    def test_is_written_once_however_often_the_form_was_sent(self, book, letters):
        token = uuid.uuid4()
        book(token=token)
        book(token=token)

        assert len(letters()) == 1

    def test_goes_to_nobody_who_has_left(self, cast, book, letters):
        book()
        cast.bruno.left_at = NOW

        assert letters() == []


class TestChange:
    def test_sends_the_new_entry_in_the_place_of_the_first(self, cast, book, letters):
        booking = book()
        letters()

        change(cast, booking, make_order(taxi=1, day=date(2026, 6, 24)))

        first, second = letters()
        assert second.subject.startswith("Changed: ")
        assert calendar_of(second).events[0]["sequence"] == 1
        assert calendar_of(second).events[0]["uid"] == calendar_of(first).events[0]["uid"]

    def test_leaves_out_a_letter_that_is_overtaken_before_it_was_written(self, cast, book, letters):
        booking = book()
        change(cast, booking, make_order(taxi=1))

        (letter,) = letters()

        assert letter.subject.startswith("Changed: ")


class TestEnd:
    def test_withdraws_the_entry_and_gives_the_hotels_reason(self, gold, book, letters):
        give_points(gold.acme.id, 5_000)
        booking = book(points=3_000)
        end(gold, booking, EndKind.BY_HOTEL)

        (letter,) = letters()

        assert letter.subject.startswith("Cancelled: ")
        assert "A burst pipe." in letter.text
        assert "3,000 points that were held for it are free again." in letter.text
        assert calendar_of(letter)["method"] == "CANCEL"
        assert list(files_of(letter)) == [f"{booking.reference}.ics"]

    def test_says_that_nobody_came(self, cast, book, letters, clock):
        booking = book()
        clock.set(booking.starts_at)
        end(cast, booking, EndKind.NO_SHOW, at=booking.starts_at)

        (letter,) = letters()

        assert letter.subject.startswith("Nobody came: ")

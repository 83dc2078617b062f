"""PostgreSQL really drops the connection of a booking: the page says what is true, a retry books once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select, text

from portal.corporate.bookings.models import Booking
from portal.database import db
from tests.catalogue import GOLDEN
from tests.corporate.bookings.test_orders import NEW, bookings, fields

pytestmark = pytest.mark.engines("postgresql")


@contextmanager
def dropped(before: str) -> Iterator[None]:
    """The server ends the connection that is about to send this statement, or COMMIT; once."""
    engine, done = db.engine, []

    def end(connection):
        if not done:
            done.append(True)
            pid = connection.connection.dbapi_connection.info.backend_pid
            with engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:pid, 1000)"), {"pid": pid})

    def at_statement(connection, _cursor, statement, *_more):
        if before in statement:
            end(connection)

    def at_commit(connection):
        if booked_in(connection):
            end(connection)

    def booked_in(connection):
        return before == "COMMIT" and connection.scalar(select(Booking.id).limit(1)) is not None

    name, listener = ("commit", at_commit) if before == "COMMIT" else ("before_cursor_execute", at_statement)
    event.listen(engine, name, listener)
    try:
        yield
    finally:
        event.remove(engine, name, listener)
    assert done, "the connection was never dropped"


@pytest.fixture
def bruno(client_as, cast):
    return client_as(cast.bruno)


@pytest.fixture
def order(gold, catalogue, bruno):
    """An order that need only be sent: `order()` sends the same form, token and all."""
    page = bruno.get(f"{NEW}?hotel=SEA").page
    form = page.form("/bookings")
    filled = form.filled(fields(page, **GOLDEN))
    seen = bruno.post(f"{form.action}/price", data=filled).page.form("/bookings")
    return lambda: bruno.post(seen.action, data=seen.filled({}))


def test_before_the_end_nothing_is_booked_and_the_page_says_so(order):
    with dropped("INSERT INTO booking"):
        answer = order()

    assert answer.status_code == 503
    assert "Nothing was changed" in answer.page.text
    assert bookings() == []


def test_a_retry_of_the_same_form_books_once(order):
    with dropped("INSERT INTO booking"):
        order()

    assert [order().status_code for _ in range(2)] == [302, 302]
    assert len(bookings()) == 1


def test_while_it_is_saved_the_page_does_not_claim_to_know(order):
    with dropped("COMMIT"):
        answer = order()

    assert answer.status_code == 503
    assert "We do not know whether that was saved" in answer.page.text
    assert "Nothing was changed" not in answer.page.text
    order()
    assert len(bookings()) == 1

"""The stocked house of the bookings, with partners who owe it answers."""

import re
import uuid
from datetime import timedelta

import pytest

from portal.corporate.bookings import queries as booked
from portal.corporate.concierge import actions, queries
from portal.corporate.concierge.queries import Desk, Waits
from portal.corporate.terms import actions as terms
from portal.corporate.terms.models import TermKind
from portal.database import transaction
from tests.cast import NOW
from tests.corporate.bookings.conftest import book, catalogue, gold  # noqa: F401 -- fixtures of the room beside

HOUR = timedelta(hours=1)
ENQUIRY = re.compile(r"/corporate/concierge/[0-9a-f-]{36}")
"""The page of one enquiry."""


@pytest.fixture
def asking(gold, catalogue):  # noqa: F811 -- they are the fixtures
    """The seaside house asks for interpreters within a day, for taxis within a week."""
    for service, hours in (("interpreter", 24), ("taxi", 168)):
        with transaction():
            terms.set_term(
                token=uuid.uuid4(), house=gold.seaside, property_ids=[gold.seaside.id],
                kind=TermKind.ANSWER_HOURS, service=service, value=hours, valid_from=NOW.date(),
                by_id=gold.gleb.id, at=NOW,
            )  # fmt: skip
    return gold


@pytest.fixture
def do(asking):
    """Do something with the enquiry about a service: `do(actions.decline, "interpreter", reason="ill")`."""

    def do_it(action, service, *, at=NOW, by=None, **more):
        asked = one(service)
        whose = {"desk": Desk((asking.seaside.id,))}
        if action in {actions.take_offer, actions.leave_offer}:
            whose = {"account_id": more.pop("account_id", asking.acme.id)}
        with transaction():
            return action(public_id=asked.public_id, by_id=(by or asking.dario).id, at=at, **whose, **more)

    return do_it


def one(service):
    everywhere = Desk(is_everywhere=True)
    rows = [*queries.open_enquiries(everywhere).rows]
    rows += queries.open_enquiries(everywhere, waits=Waits.CLIENT).rows
    return next(each.enquiry for each in rows if each.service.code == service)


def fresh(booking):
    return booked.booking_by_token(booking.public_id)


def waiting():
    """How many enquiries wait for a partner, for the client, and to be called off."""
    return tuple(queries.counts(Desk(is_everywhere=True)).values())

"""A limit on Acme's bookers, and what goes beyond it."""

import uuid

import pytest

from portal.corporate.limits import actions as limits
from portal.corporate.limits.models import Period, Scope
from portal.database import transaction
from tests.cast import NOW
from tests.corporate.bookings.conftest import book, catalogue, give_points, gold  # noqa: F401 -- fixtures of the room beside


@pytest.fixture
def limit(cast):
    """Let each of Acme's bookers book so much a month: `limit(100_00)`."""

    def set_it(cents, *, scope=Scope.EACH, **more):
        with transaction():
            return limits.set_limit(
                token=uuid.uuid4(),
                account_id=cast.acme.id,
                scope=scope,
                person_id=more.get("person_id"),
                cost_centre_id=more.get("cost_centre_id"),
                period=more.get("period", Period.MONTH),
                limit_cents=cents,
                by_id=cast.anna.id,
                at=NOW,
            )

    return set_it


def open_centre(cast):
    """Acme's sales."""
    with transaction():
        return limits.open_cost_centre(
            token=uuid.uuid4(), account_id=cast.acme.id, code="4711", name="Sales", by_id=cast.anna.id, at=NOW
        )


@pytest.fixture
def approver(cast):
    """Name somebody: `approver(cast.tamara, centre)`."""

    def name(person, where=None):
        with transaction():
            return limits.name_approver(
                token=uuid.uuid4(),
                account_id=cast.acme.id,
                person_id=person.id,
                cost_centre_id=where.id if where else None,
                by_id=cast.anna.id,
                at=NOW,
            )

    return name


@pytest.fixture
def requested(gold, limit, book):  # noqa: F811 -- the fixtures above
    """The golden order of EUR 987.50, with a hall and 1,000 points, above a limit of 100."""
    give_points(gold.acme.id, 1_000)
    limit(100_00)
    return book(points=1_000)

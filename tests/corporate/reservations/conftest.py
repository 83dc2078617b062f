"""A shelf at the seaside, and a company that can pay for what is on it."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.corporate.bookings import queries as bookings
from portal.corporate.reservations import actions
from portal.corporate.reservations.actions import Wanted
from portal.corporate.reservations.models import Reservation
from portal.corporate.souvenirs import actions as souvenirs
from portal.corporate.souvenirs.actions import Entered
from portal.corporate.souvenirs.models import Souvenir
from portal.database import transaction
from portal.programme.rules import default_rules
from tests.cast import NOW, Cast
from tests.corporate.bookings.conftest import give_points

ARRIVAL = NOW.date() + timedelta(days=3)


def entered(**changes: Any) -> Entered:
    """A notebook for 900 points, said in both languages."""
    values: dict[str, Any] = {
        "name": {"en": "Notebook", "ru": "Блокнот"},
        "description": {"en": "Green linen.", "ru": "Зелёный лён."},
        "points": 900,
        "arrival_set": None,
        "drawing": "notebook",
    }
    return Entered(**{**values, **changes})


@pytest.fixture
def shelve(cast: Cast) -> Callable[..., Souvenir]:
    """Put a souvenir on the shelf at the seaside, offered: `shelve(left=1)`, `shelve(points=500)`."""

    def put(*, left: int = 5, **changes: Any) -> Souvenir:
        with transaction():
            found = souvenirs.add_souvenir(
                token=uuid.uuid4(), entered=entered(**changes), in_force=default_rules(), by_id=None, at=NOW
            )
            if left:
                souvenirs.count_in(
                    token=uuid.uuid4(), souvenir=found, property_id=cast.seaside.id, quantity=left,
                    reason="", by_id=None, at=NOW,
                )  # fmt: skip
            souvenirs.offer(souvenir=found, languages=("en", "ru"), by_id=None, at=NOW)
            return found

    return put


@pytest.fixture
def notebook(cast: Cast, shelve: Callable[..., Souvenir]) -> Souvenir:
    """Five notebooks at the seaside, and 2,505 points at Acme."""
    give_points(cast.acme.id, 2_505)
    return shelve()


@pytest.fixture
def reserve(cast: Cast, notebook: Souvenir) -> Callable[..., Reservation]:
    """Reserve for Tamara at the seaside: `reserve(quantity=2)`."""

    def put_aside(**changes: Any) -> Reservation:
        with transaction():
            return reserve_now(cast, notebook, **changes)

    return put_aside


def reserve_now(cast: Cast, souvenir: Souvenir, **changes: Any) -> Reservation:
    """Reserve inside a transaction."""
    card = bookings.traveller(cast.acme.id, cast.tamaras_card.public_id)
    wanted = {"house": cast.seaside, "card": card, "arrival": ARRIVAL, "quantity": 1}
    wanted |= {name: changes.pop(name) for name in tuple(changes) if name in wanted}
    values = {"token": uuid.uuid4(), "seen_points": None, "by_id": cast.bruno.id, "at": NOW}
    return actions.reserve(
        account_id=cast.acme.id, wanted=Wanted(souvenir=souvenir, **wanted), **{**values, **changes}
    )

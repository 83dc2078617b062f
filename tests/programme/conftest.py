"""A house with rules in force, and stays as an accepted import leaves them."""

import uuid
from collections.abc import Callable

import pytest

from portal.accounts.models import Account
from portal.database import transaction
from portal.programme.holds import actions as ledger
from tests.cast import NOW, Cast
from tests.programme.told import Told


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast in their house; the default programme came with the migrations."""
    return cast


@pytest.fixture
def spend(house: Cast) -> Callable[[Account, int], None]:
    """Let an account spend points: `spend(acme, 500)`."""

    def spend_points(account: Account, points: int) -> None:
        key, day = uuid.uuid4().hex, NOW.date()
        of = {"account_id": account.id, "reference": f"booking:{key}", "at": NOW, "day": day}
        with transaction():
            ledger.hold_points(key=key, points=points, **of)
            ledger.spend_held(key=f"{key}:spend", hold_key=key, **of)

    return spend_points


@pytest.fixture
def told(house: Cast) -> Told:
    """What the hotel systems tell: `told.stay(acme, arrival=…, nights=3, cents=30_000)`."""
    return Told(house)

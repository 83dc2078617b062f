"""Acme is Gold, and Bruno gives its invitees passes."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from portal.corporate.passes import actions
from portal.corporate.passes.models import GuestPass, PassKind, Payer
from portal.corporate.passes.rules import Offer
from portal.database import transaction
from tests.cast import NOW, Cast
from tests.corporate.bookings.conftest import raise_tier

TODAY = NOW.date()


@pytest.fixture
def gold(cast: Cast) -> Cast:
    raise_tier(cast.acme.id, "gold")
    return cast


@pytest.fixture
def given(gold: Cast) -> GuestPass:
    """Olga's pass: meals and rooms at every hotel, two uses, this week."""
    with transaction():
        return give_pass(gold)


def give_pass(cast: Cast, **wanted: Any) -> GuestPass:
    """Issue a pass of Acme inside a transaction: `give_pass(cast, uses=3, kinds=(PassKind.MEALS,))`."""
    token, at = wanted.pop("token", uuid.uuid4()), wanted.pop("at", NOW)
    account = wanted.pop("account", cast.acme)
    return actions.issue_pass(
        token=token, account_id=account.id, offer=offer(**wanted), by_id=cast.bruno.id, today=at.date(), at=at
    )


def offer(**wanted: Any) -> Offer:
    usual: dict[str, Any] = {
        "invitee": "Olga Petrova",
        "email": None,
        "locale": "en",
        "message": "",
        "property_id": None,
        "kinds": (PassKind.MEALS, PassKind.ROOMS),
        "first_on": TODAY,
        "last_on": TODAY + timedelta(days=6),
        "uses": 2,
        "payer": Payer.INVITEE,
    }
    return Offer(**{**usual, **wanted})

"""What the tests of imports begin with."""

from collections.abc import Callable

import pytest
from flask import Flask

from portal.accounts.models import AccountCode
from portal.stays.imports.rules import AcceptedImport
from tests.cast import Cast
from tests.web.client import PortalClient


@pytest.fixture
def acme_code(cast: Cast, save: Callable[..., AccountCode]) -> AccountCode:
    """Opera calls the company ACME."""
    return save(AccountCode(account_id=cast.acme.id, source="opera", code="ACME"))


@pytest.fixture
def heard(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[AcceptedImport]:
    """What the rooms above were told; nothing is played."""
    told: list[AcceptedImport] = []
    monkeypatch.setitem(app.extensions, "stays.listeners", [told.append])
    return told


@pytest.fixture
def lidia(cast: Cast, client_as: Callable[..., PortalClient]) -> PortalClient:
    """The loyalty manager's browser."""
    return client_as(cast.lidia)

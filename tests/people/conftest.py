"""Mail boxes, the worker, and a throttle that is off in other tests."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Config, Flask
from sqlalchemy import select

from portal.database import db
from portal.outbox.models import Letter
from portal.web.limits import limiter

BASE_URL = re.compile(r"https?://[^/\s]+(/\S*)")


@pytest.fixture
def throttled(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Guesses are counted, from none."""
    monkeypatch.setitem(config, "THROTTLED", True)
    limiter.reset()
    yield
    limiter.reset()


@pytest.fixture
def letters_to(app: Flask) -> Callable[[str], list[Letter]]:
    """The letters to an address, the latest first."""

    def find(address: str) -> list[Letter]:
        statement = select(Letter).where(Letter.to_address == address).order_by(Letter.id.desc())
        return list(db.session.scalars(statement))

    return find


@pytest.fixture
def link_to(letters_to: Callable[[str], list[Letter]]) -> Callable[[str], str]:
    """The path of the first link in the latest letter to an address."""

    def find(address: str) -> str:
        found = BASE_URL.search(letters_to(address)[0].text)
        assert found is not None
        return found[1]

    return find

"""The demo to be asked what it should not answer."""

import pytest

from bench import hostile
from bench.walk import STRANGER
from portal.database import db
from tests.cast import NOW
from tests.sweep.house import DATABASE, furnished
from tests.sweep.test_every_page import ROLES


@pytest.fixture(scope="session")
def house(tmp_path_factory, kept_demo):
    """The demo, and where everybody may begin to walk."""
    own = tmp_path_factory.mktemp("hostile")
    app, places = furnished(own, kept=kept_demo)
    found = hostile.on_sqlite(app, own / DATABASE, at=NOW)
    for who, paths in ROLES.items():
        known = who if who in found.sessions else STRANGER
        found.seeds[known] = [path.format(**places) for path in paths]
    yield found
    with app.app_context():
        db.engine.dispose()

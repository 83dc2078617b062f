"""A house with rules in force, and stays as an accepted import leaves them."""

import pytest
from sqlalchemy import select

from portal.database import db
from portal.programme.models import ProgrammeVersion
from portal.programme.rules import default_rules
from tests.cast import NOW, Cast
from tests.programme.told import Told


@pytest.fixture
def house(cast: Cast) -> Cast:
    """The cast in their house, with the default programme in force."""
    if db.session.scalar(select(ProgrammeVersion).limit(1)) is None:
        rules = default_rules()
        version = ProgrammeVersion(number=1, effective_from=rules.effective_from, published_at=NOW)
        version.rules = rules.to_json()
        db.session.add(version)
        db.session.commit()
    return cast


@pytest.fixture
def told(house: Cast) -> Told:
    """What the hotel systems tell: `told.stay(acme, arrival=…, nights=3, cents=30_000)`."""
    return Told(house)

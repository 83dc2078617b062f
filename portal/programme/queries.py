"""Which rules are in force, and on which day the programme stands."""

import json
from datetime import date
from functools import lru_cache

from sqlalchemy import select

from portal.database import db
from portal.programme.models import ProgrammeVersion
from portal.programme.rules import Rules, in_force


def all_rules() -> list[Rules]:
    """Every published version, in the order of their numbers."""
    statement = select(ProgrammeVersion.rules).order_by(ProgrammeVersion.number)
    return [_read(json.dumps(rules)) for rules in db.session.scalars(statement)]


@lru_cache(maxsize=64)
def _read(text: str) -> Rules:
    # To read a version and look for its faults takes milliseconds, and nearly every page asks for it.
    return Rules.from_json(json.loads(text))


def rules_in_force(day: date) -> Rules:
    """The version that counts on a day; refuses with `NoRulesInForce` when none has begun."""
    return in_force(all_rules(), day)


def lowest_tier() -> str:
    """The tier in which every company begins."""
    return all_rules()[-1].tiers[0].code

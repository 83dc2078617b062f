"""Which rules are in force, and on which day the programme stands."""

import json
from datetime import date
from functools import lru_cache

from sqlalchemy import Select, func, select

from portal.database import db
from portal.programme.models import ProgrammeVersion, VersionWithdrawal, WithdrawalOutcome
from portal.programme.rules import Rules, in_force

WITHDRAWN_SHOWN = 10


def all_rules() -> list[Rules]:
    """Every published version that was not withdrawn, in the order of their numbers."""
    statement = select(ProgrammeVersion.rules).where(ProgrammeVersion.id.not_in(withdrawn()))
    return [
        _read(json.dumps(rules)) for rules in db.session.scalars(statement.order_by(ProgrammeVersion.number))
    ]


def published_rules() -> list[Rules]:
    """Every version that was ever published, to be read: also those that were withdrawn."""
    statement = select(ProgrammeVersion.rules).order_by(ProgrammeVersion.number)
    return [_read(json.dumps(rules)) for rules in db.session.scalars(statement)]


def withdrawn_rules(limit: int = WITHDRAWN_SHOWN) -> list[Rules]:
    """The versions that will never begin, the latest first."""
    statement = select(ProgrammeVersion.rules).where(ProgrammeVersion.id.in_(withdrawn()))
    latest = statement.order_by(ProgrammeVersion.number.desc()).limit(limit)
    return [_read(json.dumps(rules)) for rules in db.session.scalars(latest)]


def withdrawn() -> Select[int]:
    """The ids of the versions that will never begin, as a part of another query."""
    return select(VersionWithdrawal.version_id).where(VersionWithdrawal.outcome == WithdrawalOutcome.AGREED)


def next_number() -> int:
    """The number of the next version; that of a withdrawn one is never used again."""
    return (db.session.scalar(select(func.max(ProgrammeVersion.number))) or 0) + 1


def lock_versions() -> list[Rules]:
    """Every version, after whoever publishes or withdraws another has finished."""
    first = select(ProgrammeVersion.id).order_by(ProgrammeVersion.number).limit(1).with_for_update()
    db.session.execute(first)
    return all_rules()


@lru_cache(maxsize=64)
def _read(text: str) -> Rules:
    # To read a version and look for its faults takes milliseconds, and nearly every page asks for it.
    return Rules.from_json(json.loads(text))


def rules_in_force(day: date) -> Rules:
    """The version that counts on a day; refuses with `NoRulesInForce` when none has begun."""
    return in_force(all_rules(), day)

"""Points for a promise that was not kept: given once for a delivery, taken back when it is undone."""

from datetime import datetime
from typing import Any

from portal.clock import local_date
from portal.corporate.compensations.rules import LineDelivered
from portal.programme import queries as programme
from portal.programme.compensation.rules import compensation
from portal.programme.crediting import actions as crediting


def give(*, line: LineDelivered, by_id: int, at: datetime) -> dict[str, Any] | None:
    """Give what the table of the order's version says; the derivation, or none where nothing is due."""
    version = next(rules for rules in programme.all_rules() if rules.version == line.version)
    day = local_date(at, line.zone)
    due = compensation(
        rules=version,
        service=line.service,
        promised=line.promised,
        delivered=line.delivered,
        minutes_late=int((line.delivered_at - line.starts_at).total_seconds() // 60),
        earned_on=day,
    )
    if due is None:
        return None
    crediting.give_points(
        account_id=line.account_id,
        key=line.key,
        reference=line.reference,
        earned=due,
        at=at,
        day=day,
        by=by_id,
    )
    return due.to_json()


def take_back(*, line: LineDelivered, by_id: int, at: datetime) -> None:
    """Take back what a delivery that is undone had given."""
    crediting.take_points_back(
        account_id=line.account_id,
        given_key=line.key,
        reference=line.reference,
        at=at,
        day=local_date(at, line.zone),
        by=by_id,
    )

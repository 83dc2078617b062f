"""What is used of a company's limits in this month and this quarter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, select

from portal.corporate.bookings.models import Booking, Cancellation, Settlement
from portal.corporate.limits import queries as limits
from portal.corporate.limits import rules
from portal.corporate.limits.models import Period, Scope, SpendLimit
from portal.corporate.limits.rules import Use
from portal.database import db, integer_sum


@dataclass(frozen=True, slots=True)
class Spent:
    """What one booker booked on one cost centre: in the month, and in the quarter, in cents."""

    booker_id: int
    cost_centre_id: int | None
    month_cents: int
    quarter_cents: int


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit with what is used of it; nothing is said of a limit for each, which has many."""

    limit: SpendLimit
    used_cents: int | None


def budgets(account_id: int, *, day: date) -> tuple[list[Budget], dict[int | None, int]]:
    """The limits in force with what is used of them, and what each cost centre spent in the month."""
    spent = _spent(account_id, day)
    by_centre: dict[int | None, int] = {}
    for each in spent:
        by_centre[each.cost_centre_id] = by_centre.get(each.cost_centre_id, 0) + each.month_cents
    return [Budget(limit, _used(limit, spent)) for limit in limits.limits(account_id)], by_centre


def left_for(account_id: int, *, person_id: int, day: date) -> list[Use]:
    """The limits that bind whatever a booker orders, with what is used of them."""
    spent = _spent(account_id, day)
    bound = limits.binding(account_id, person_id=person_id, cost_centre_id=None)
    return [_use(limit, spent, person_id=person_id, day=day) for limit in bound]


def _spent(account_id: int, day: date) -> list[Spent]:
    first, last = rules.span(day, Period.QUARTER)
    bill = func.coalesce(Settlement.bill_cents, Booking.bill_cents)
    is_now = Booking.service_date.between(*rules.span(day, Period.MONTH))
    statement = (
        select(
            Booking.booked_by_id,
            Booking.cost_centre_id,
            integer_sum(case((is_now, bill), else_=0)),
            integer_sum(bill),
        )
        .outerjoin(Settlement, Settlement.booking_id == Booking.id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            and_(
                Booking.account_id == account_id,
                Booking.service_date.between(first, last),
                Booking.confirmed_at.is_not(None),
                Cancellation.id.is_(None),
            )
        )
        .group_by(Booking.booked_by_id, Booking.cost_centre_id)
    )
    found: Sequence[Any] = db.session.execute(statement).all()
    return [Spent(*row) for row in found]


def _use(limit: SpendLimit, spent: Sequence[Spent], *, person_id: int, day: date) -> Use:
    first, last = rules.span(day, limit.period)
    return Use(
        scope=limit.scope,
        period=limit.period,
        limit_cents=limit.limit_cents,
        used_cents=_used(limit, spent, each_id=person_id) or 0,
        first=first.isoformat(),
        last=last.isoformat(),
    )


def _used(limit: SpendLimit, spent: Sequence[Spent], *, each_id: int | None = None) -> int | None:
    """What is used of a limit: of one for each, by one booker."""
    if limit.scope == Scope.EACH and each_id is None:
        return None
    counts: dict[str, Callable[[Spent], bool]] = {
        Scope.COMPANY: lambda _each: True,
        Scope.EACH: lambda each: each.booker_id == each_id,
        Scope.PERSON: lambda each: each.booker_id == limit.person_id,
        Scope.COST_CENTRE: lambda each: each.cost_centre_id == limit.cost_centre_id,
    }
    is_month = limit.period == Period.MONTH
    counted = [each for each in spent if counts[limit.scope](each)]
    return sum(each.month_cents if is_month else each.quarter_cents for each in counted)

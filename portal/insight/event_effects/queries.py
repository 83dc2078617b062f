"""What companies stayed around an event, and which of them were invited and came."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select

from portal.clock import local_date
from portal.corporate.events.models import Event, EventInvitation
from portal.corporate.registrations.models import EventGuest, Registration
from portal.database import db, integer_sum
from portal.insight.event_effects import rules
from portal.insight.event_effects.rules import Client, Comparison
from portal.programme.standing import queries as standing
from portal.stays.models import Stay

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Effect:
    """What went with an event, as far as it can be told yet."""

    invited: int
    came: int
    window: int | None
    """Days before and after that are compared; none while too few have passed."""
    told_from: date
    uninvited: Comparison | None
    """Who came beside comparable companies that were not invited."""
    absent: Comparison | None
    """Who came beside comparable companies that were invited and did not."""


def effect(event: Event, *, today: date) -> Effect:
    """Compare who came with who did not, and with who was not invited."""
    day = local_date(event.starts_at, event.property.zone)
    invited, came = _invited(event.id), _came(event.id)
    through = min(today, db.session.scalar(select(func.max(Stay.checked_out_on))) or today)
    window = rules.window_on(day=day, through=through)
    uninvited = absent = None
    if window is not None:
        clients = _clients(day, window)
        there = [one for one in clients if one.account_id in came]
        others = [one for one in clients if one.account_id not in invited | came]
        absentees = [one for one in clients if one.account_id in invited - came]
        uninvited = rules.compare(there, others, strangers=len(came) - len(there))
        absent = rules.compare(there, absentees, strangers=len(came) - len(there))
    return Effect(len(invited | came), len(came), window, rules.told_from(day=day), uninvited, absent)


def _invited(event_id: int) -> set[int]:
    statement = select(EventInvitation.account_id).where(
        EventInvitation.event_id == event_id, EventInvitation.invited_at.is_not(None)
    )
    return set(db.session.scalars(statement))


def _came(event_id: int) -> set[int]:
    statement = (
        select(Registration.account_id)
        .join(EventGuest, EventGuest.registration_id == Registration.id)
        .where(Registration.event_id == event_id, EventGuest.checked_in_at.is_not(None))
    )
    return set(db.session.scalars(statement))


def _clients(day: date, window: int) -> list[Client]:
    """Every company that stayed in the twelve months before, in one statement."""
    out, span = Stay.checked_out_on, timedelta(days=window)
    # Whoever sleeps over for the evening has not come back for it.
    after = (out > day) & (Stay.arrival > day)
    in_year, in_before = (out > day - YEAR) & (out <= day), (out > day - span) & (out <= day)
    statement = (
        select(
            Stay.account_id,
            integer_sum(case((in_year, Stay.nights), else_=0)).label("year_nights"),
            integer_sum(case((in_year, Stay.room_revenue_cents), else_=0)).label("year_cents"),
            integer_sum(case((in_before, Stay.nights), else_=0)).label("before"),
            integer_sum(case((after, Stay.nights), else_=0)).label("after"),
        )
        .where(Stay.account_id.is_not(None), Stay.superseded_at.is_(None))
        .where(out > day - YEAR, out <= day + span)
        .group_by(Stay.account_id)
        .order_by(Stay.account_id)
    )
    rows = [row for row in db.session.execute(statement) if row.year_nights > 0]
    tiers = standing.tiers_on([row.account_id or 0 for row in rows], day)
    return [
        Client(
            account_id=row.account_id or 0,
            tier=tiers.get(row.account_id or 0, ""),
            year_nights=row.year_nights,
            year_cents=row.year_cents,
            before=row.before,
            after=row.after,
        )
        for row in rows
    ]

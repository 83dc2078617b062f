"""What is known of the days until a review: stays and orders that are booked, and an account's own past."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import and_, or_, select

from portal.database import db, integer_sum
from portal.derivation import Derived
from portal.programme.outlook.rules import (
    YEARS_BACK,
    Ahead,
    Forecast,
    More,
    days_between,
    forecast,
    stretches,
)
from portal.programme.paths.rules import Path, path_to
from portal.programme.ranks.rules import held
from portal.programme.reviews.rules import next_review
from portal.programme.rules import in_force
from portal.programme.standing import queries as standings
from portal.programme.standing.models import PlayedStay
from portal.programme.standing.queries import Facts, StandingView
from portal.programme.standing.rules import Count, count
from portal.stays.models import Stay, StayStatus

REVIEWS_AHEAD = 6
COMING = (StayStatus.EXPECTED, StayStatus.IN_HOUSE)

Promised = Callable[[int, date, date], More]
"""What an account has ordered for the days from one to before another: the room that keeps orders says so."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The path to a tier for one day, and what is lacking for it at each of the reviews to come."""

    path: Derived[Path]
    reviews: tuple[Derived[Path], ...]


def plan(view: StandingView, *, target: str, day: date) -> Plan:
    """What it takes to have a tier on a day, by what will still be in the window then."""
    reviews = [next_review(view.versions, view.as_of)]
    while len(reviews) < REVIEWS_AHEAD:
        reviews.append(next_review(view.versions, reviews[-1]))
    since = standings.window_start(view.versions, view.as_of)
    facts = standings.facts_of([view.account_id], since=since)[view.account_id]
    path, *ahead = [
        path_to(
            rules=in_force(view.versions, each),
            have=standings.have_then(_count(view, facts, each)),
            target=_target(view, target, each),
            rates=view.rates,
            due=standings.due_for(each),
        )
        for each in (day, *reviews)
    ]
    return Plan(path, tuple(ahead))


def _target(view: StandingView, target: str, day: date) -> str:
    """The tier itself, or what follows it under a version to come; something must lead to it."""
    rules, code = in_force(view.versions, day), held(view.versions, target, day)
    return code if rules.rank(code) else rules.tiers[1].code


def forecasts(view: StandingView) -> list[Derived[Forecast]]:
    """Where an account will stand at its next review and, while in grace, at the one that decides."""
    days = [next_review(view.versions, view.as_of)]
    if view.decided_on is not None and view.decided_on > days[0]:
        days.append(view.decided_on)
    since = min(view.as_of - YEARS_BACK, standings.window_start(view.versions, view.as_of))
    facts = standings.facts_of([view.account_id], since=since)[view.account_id]
    return [_forecast(view, facts, day) for day in days]


def _forecast(view: StandingView, facts: Facts, day: date) -> Derived[Forecast]:
    rules = in_force(view.versions, day)
    now, then = _count(view, facts, view.as_of), _count(view, facts, day)
    ahead = Ahead(
        as_of=view.as_of,
        day=day,
        stays_in=then,
        # Of today's window: a stay of which a part is still to come would add to it.
        leaves=More(
            max(now.slept_nights - then.slept_nights, 0),
            max(now.event_cents - then.event_cents, 0),
            max(now.spend_cents - then.spend_cents, 0),
        ),
        booked=_booked(view, day),
    )
    days = days_between(view.as_of, day)
    past = stretches(stays=facts.stays, spends=facts.spends, as_of=view.as_of, days=days)
    tier = held(view.versions, view.tier, day)
    grace_until = view.grace_until if tier == view.tier else None
    return forecast(rules=rules, tier=tier, grace_until=grace_until, ahead=ahead, past=past)


def _count(view: StandingView, facts: Facts, day: date) -> Count:
    """What will be in the window of a day, by the rules of that day."""
    window_days = in_force(view.versions, day).window_days
    return count(window_days=window_days, stays=facts.stays, spends=facts.spends, as_of=day)


def _booked(view: StandingView, day: date) -> More:
    """What is told and does not count yet: stays that are expected, in house or not paid, and orders."""
    coming = and_(Stay.status.in_([status.value for status in COMING]), Stay.departure > view.as_of)
    unpaid = and_(
        Stay.status == StayStatus.CHECKED_OUT.value,
        Stay.departure > day - timedelta(days=in_force(view.versions, day).window_days),
    )
    statement = (
        select(integer_sum(Stay.nights), integer_sum(Stay.room_revenue_cents))
        .outerjoin(PlayedStay, PlayedStay.stay_id == Stay.id)
        .where(
            Stay.account_id == view.account_id,
            Stay.superseded_at.is_(None),
            or_(coming, unpaid),
            PlayedStay.id.is_(None),
            Stay.room_revenue_cents > 0,
            Stay.departure < day,
        )
    )
    nights, cents = db.session.execute(statement).one()
    promised: Promised = current_app.extensions["programme.promised"]
    ordered = promised(view.account_id, view.as_of, day)
    return More(nights, ordered.event_cents, cents + ordered.spend_cents)

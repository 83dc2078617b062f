"""Reads for the GM's page: of some hotels, in as many statements whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.clock import local_date
from portal.corporate.bookings.queries import Reach as BookingReach
from portal.corporate.promises import queries as promises
from portal.corporate.promises.rules import Promised
from portal.database import db
from portal.hotel import queries as hotel
from portal.hotel.models import Department
from portal.insight.activity.rules import Wakefulness
from portal.insight.house import rules
from portal.insight.house.rules import Have
from portal.insight.measures.rules import year_before
from portal.insight.purchases import queries as purchases
from portal.insight.relationship import queries as relationships
from portal.insight.relationship.models import RelationshipProfile
from portal.people.models import Grant
from portal.staff.contests.queries import TEAM
from portal.statistics import intervals
from portal.statistics.cells import LEAST_SHOWN
from portal.statistics.intervals import Interval
from portal.surveys.answers import queries as answers
from portal.surveys.cases import queries as cases
from portal.surveys.cases.queries import CaseFilter, Tab
from portal.surveys.cases.rules import Reach as CaseReach
from portal.surveys.results import queries as result_queries
from portal.surveys.results import rules as results
from portal.surveys.results.rules import Results

QUARTER = timedelta(days=90)
YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients of some hotels: by tier and stage, and how many of those who came lately came again."""

    by_tier: dict[str, dict[int, int]]
    active: int
    """Who bought there within twelve months."""
    repeat: int
    """Of them, who ever bought there on another day, too."""
    interval: Interval | None
    asleep: int
    gone: int


@dataclass(frozen=True, slots=True)
class House:
    """Everything on the page."""

    clients: Clients
    promised: Promised
    results: Results
    cases: dict[Tab, int]
    have: Have


def house(property_ids: Sequence[int], *, at: datetime) -> House:
    """What a GM wants to know of the hotels that are theirs."""
    zone = hotel.house_zone()
    today = local_date(at, zone)
    reach = result_queries.Reach(property_ids=tuple(property_ids))
    ever = answers.scores(since=at - 4 * YEAR, until=at, property_ids=property_ids)
    return House(
        clients=_clients(property_ids),
        promised=promises.promised(
            BookingReach(property_ids=tuple(property_ids)), since=at - QUARTER, until=at
        ),
        results=result_queries.counted(reach, results.last_year(today), today=today, zone=zone),
        cases=cases.counts(CaseReach(property_ids=tuple(property_ids)), only=CaseFilter(), at=at),
        have=Have(
            staff_answers=0,
            teams=_teams(property_ids),
            hotels=len(property_ids),
            accounts=len({one.account_id for one in ever}),
            quarters=rules.linked_quarters(ever, zone=zone),
        ),
    )


def _clients(property_ids: Sequence[int]) -> Clients:
    """Of whoever ever bought at these hotels; their stage and silence are of all hotels together."""
    day = relationships.day_shown()
    bought = purchases.days_at(property_ids, until=day)
    is_recent = bought.c.last_day > year_before(day)
    statement = (
        select(
            RelationshipProfile.tier,
            RelationshipProfile.stage,
            RelationshipProfile.state,
            func.count(),
            func.count().filter(is_recent),
            func.count().filter(is_recent, bought.c.days > 1),
        )
        .select_from(bought)
        .outerjoin(RelationshipProfile, RelationshipProfile.account_id == bought.c.account_id)
        .group_by(RelationshipProfile.tier, RelationshipProfile.stage, RelationshipProfile.state)
    )
    rows = db.session.execute(statement).all()
    # Who bought for the first time since the last roll-up has no stage yet.
    known = [(tier, int(stage), state, int(number)) for tier, stage, state, number, *_lately in rows if tier]
    active = sum(int(lately) for *_rest, lately, _again in rows)
    repeat = sum(int(again) for *_rest, again in rows)
    return Clients(
        by_tier=rules.totals([(tier, stage, number) for tier, stage, _state, number in known]),
        active=active,
        repeat=repeat,
        interval=_wilson(repeat, active),
        asleep=sum(number for *_rest, state, number in known if state == Wakefulness.ASLEEP),
        gone=sum(number for *_rest, state, number in known if state == Wakefulness.GONE),
    )


def _wilson(part: int, whole: int) -> Interval | None:
    return intervals.wilson(successes=part, trials=whole) if whole else None


def _teams(property_ids: Sequence[int]) -> int:
    """Teams that are large enough to be asked without anybody being told by it."""
    large = (
        select(Grant.department_id)
        .join(Department, Department.id == Grant.department_id)
        .where(Department.property_id.in_(property_ids), Grant.ended_at.is_(None), Grant.role.in_(TEAM))
        .group_by(Grant.department_id)
        .having(func.count(func.distinct(Grant.person_id)) >= LEAST_SHOWN)
    )
    return int(db.session.scalar(select(func.count()).select_from(large.subquery())) or 0)

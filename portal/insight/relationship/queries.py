"""Reads of relationships: what was rolled up of all, what is true of one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Account
from portal.clock import local_midnight
from portal.corporate.bookings.queries import Reach
from portal.corporate.company import queries as company
from portal.corporate.promises import queries as promises
from portal.database import db
from portal.hotel import queries as hotel
from portal.insight.activity.rules import Stage
from portal.insight.measures.rules import KindBought, kinds_bought, last_year, year_before
from portal.insight.purchases import queries as purchases
from portal.insight.purchases.rules import Purchase, cents_of, latest_first
from portal.insight.relationship import rules
from portal.insight.relationship.models import RelationshipProfile, StageEvent
from portal.insight.relationship.rules import (
    ClientEdition,
    HotelEdition,
    House,
    Profile,
    Relationship,
)
from portal.programme.standing import queries as standing
from portal.statistics.cells import LEAST_SHOWN, Cell
from portal.surveys.answers import queries as answers
from portal.surveys.answers.queries import Scored
from portal.surveys.cases.models import Case
from portal.surveys.results import rules as results
from portal.surveys.results.rules import Index
from portal.web.paging import DEFAULT_SIZE, Page, encode_key

STAGES_SHOWN = 12
RECOMMENDS_FROM = 9
"""An average of promoters."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One relationship in both editions; who asks is given one of them."""

    found: Relationship
    client: ClientEdition
    hotel: HotelEdition


@dataclass(frozen=True, slots=True)
class Opened:
    """A page of the purchases behind a figure, and what they come to."""

    as_of: date
    page: Page[Purchase]
    found: int
    nights: int
    cents: int
    days: int
    in_year: int
    in_all: int
    kinds: list[KindBought]
    """Of the last twelve months."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One relationship as it is kept: its figures, its stage, and the stage before."""

    profile: Profile
    found: Relationship
    before: Stage | None


def today() -> date:
    """The day of the house; a frozen demo's own day."""
    here = clock.local_date(clock.now(), hotel.house_zone())
    frozen = hotel.demo_as_of()
    return here if frozen is None else min(here, frozen)


def profiles() -> list[RelationshipProfile]:
    """What was last rolled up, by account."""
    statement = select(RelationshipProfile).order_by(RelationshipProfile.account_id)
    return list(db.session.scalars(statement))


def _peers() -> tuple[set[date], list[Profile]]:
    """What was last rolled up as it is compared, and of which days it is."""
    columns = [getattr(RelationshipProfile, one.name) for one in fields(Profile)]
    statement = select(RelationshipProfile.as_of, *columns).order_by(RelationshipProfile.account_id)
    rows = db.session.execute(statement).all()
    return {row[0] for row in rows}, [Profile(*row[1:]) for row in rows]


def lock_profiles() -> None:
    """Wait until nobody else keeps profiles; needs the use case's transaction.

    There may be no profile to lock yet, so the first account stands for all of them. Bookings that refer to
    it are not held up.
    """
    first = select(Account.id).order_by(Account.id).limit(1)
    db.session.execute(first.with_for_update(key_share=True))


def latest_day() -> date | None:
    """The day that was last rolled up."""
    return db.session.scalar(select(func.max(RelationshipProfile.as_of)))


def measured(*, as_of: date) -> tuple[House, dict[int, list[Purchase]]]:
    """Everybody's figures on a day, computed from the purchases themselves."""
    bought = purchases.purchases(until=as_of)
    ids = _account_ids()
    tiers = standing.tiers_on(ids, as_of)
    blank = House(as_of, purchases.kinds_offered(), purchases.history_begins(), ())
    # First with the own rhythms alone: the usual gap of all is made of them.
    first = [rules.profile(one, tiers[one], bought.get(one, []), as_of=as_of, house=blank) for one in ids]
    house = House(as_of, blank.offered, blank.begins, first)
    peers = [rules.profile(one, tiers[one], bought.get(one, []), as_of=as_of, house=house) for one in ids]
    return House(as_of, blank.offered, blank.begins, peers), bought


def everybody(*, as_of: date) -> list[Measured]:
    """Every relationship on a day, computed from the purchases themselves."""
    house, bought = measured(as_of=as_of)
    before = stages_before(day=as_of)
    since, until = instants(as_of)
    recommends = recommenders(since=since, until=until)
    found = []
    for peer in house.peers:
        own, stage = bought.get(peer.account_id, []), before.get(peer.account_id)
        related = rules.relate(
            peer, own, house=house, recommends=recommends.get(peer.account_id), before=stage
        )
        found.append(Measured(peer, related, stage))
    return found


def whole(account: Account, *, as_of: date | None = None) -> Whole:
    """One relationship: of the day that was rolled up last, or of any other day, computed anew.

    Needs the account's `manager` loaded.
    """
    days, peers = _peers()
    day = as_of or max(days, default=today())
    if days == {day}:
        house = House(day, purchases.kinds_offered(), purchases.history_begins(), peers)
        own = purchases.purchases(until=day, account_ids=[account.id]).get(account.id, [])
    else:
        house, everything = measured(as_of=day)
        own = everything.get(account.id, [])
    return _put_together(account, own, house)


def day_shown() -> date:
    """The day of which the page tells: the one that was rolled up last, or today."""
    return latest_day() or today()


def opened(account_id: int, *, is_whole: bool, kind: str | None, after: tuple[str, str] | None) -> Opened:
    """The purchases behind the figures: of twelve months or of all time, of one kind or of all."""
    day = day_shown()
    everything = purchases.purchases(until=day, account_ids=[account_id]).get(account_id, [])
    year = last_year(everything, as_of=day)
    of_kind = [
        one
        for one in (everything if is_whole else year)
        if kind is None or any(kind == own for own, _cents in one.kinds)
    ]
    rows, following = latest_first(of_kind, after=after, limit=DEFAULT_SIZE)
    return Opened(
        as_of=day,
        page=Page(rows, encode_key(*following) if following else None),
        found=len(of_kind),
        nights=sum(one.nights for one in of_kind),
        cents=sum(cents_of(one, kind) for one in of_kind),
        days=len({one.day for one in of_kind}),
        in_year=len(year),
        in_all=len(everything),
        kinds=sorted(kinds_bought(year), key=lambda one: -one.cents),
    )


def stage_before(account_id: int, *, day: date) -> Stage | None:
    """The stage that a relationship was last at before a day."""
    statement = (
        select(StageEvent.stage)
        .where(StageEvent.account_id == account_id, StageEvent.reached_on < day)
        .order_by(StageEvent.reached_on.desc())
        .limit(1)
    )
    found = db.session.scalar(statement)
    return Stage(found) if found is not None else None


def stages_before(*, day: date) -> dict[int, Stage]:
    """The same of every account."""
    last = (
        select(StageEvent.account_id, func.max(StageEvent.reached_on).label("reached_on"))
        .where(StageEvent.reached_on < day)
        .group_by(StageEvent.account_id)
        .subquery()
    )
    statement = select(StageEvent.account_id, StageEvent.stage).join(
        last,
        (last.c.account_id == StageEvent.account_id) & (last.c.reached_on == StageEvent.reached_on),
    )
    return {account_id: Stage(stage) for account_id, stage in db.session.execute(statement)}


def stages_of(account_id: int, *, limit: int = STAGES_SHOWN) -> list[StageEvent]:
    """The stages that a relationship reached, the latest first."""
    statement = (
        select(StageEvent)
        .where(StageEvent.account_id == account_id)
        .order_by(StageEvent.reached_on.desc(), StageEvent.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def recommenders(*, since: datetime, until: datetime) -> dict[int, bool]:
    """Of which companies the guests recommend us on average, from answers of five people on."""
    scores: dict[int, list[Scored]] = {}
    for one in answers.scores(since=since, until=until):
        scores.setdefault(one.account_id, []).append(one)
    known = {account_id: _recommends(own) for account_id, own in scores.items()}
    return {account_id: does for account_id, does in known.items() if does is not None}


def _recommends(scores: Iterable[Scored]) -> bool | None:
    said = [(one.person_id, one.recommend) for one in scores if one.recommend is not None]
    if len({person_id for person_id, _score in said}) < LEAST_SHOWN:
        return None
    return sum(score for _person_id, score in said) / len(said) >= RECOMMENDS_FROM


def instants(day: date) -> tuple[datetime, datetime]:
    """The twelve months up to and including a day, as instants of the house."""
    zone = hotel.house_zone()
    return (
        local_midnight(year_before(day) + timedelta(days=1), zone),
        local_midnight(day + timedelta(days=1), zone),
    )


def _account_ids() -> list[int]:
    return list(db.session.scalars(select(Account.id).order_by(Account.id)))


def _put_together(account: Account, own: list[Purchase], house: House) -> Whole:
    since, until = instants(house.as_of)
    closed_since, closed_until = _closed_quarters(house.as_of)
    # One read for all: the closed quarters and the last twelve months overlap.
    said = answers.scores(since=min(since, closed_since), until=until, account_ids=[account.id])
    of_year = [one for one in said if one.submitted_at >= since]
    of_quarters = [one for one in said if closed_since <= one.submitted_at < closed_until]
    tier = standing.tiers_on([account.id], house.as_of)[account.id]
    profile = rules.profile(account.id, tier, own, as_of=house.as_of, house=house)
    found = rules.relate(
        profile,
        own,
        house=house,
        recommends=_recommends(of_year),
        before=stage_before(account.id, day=house.as_of),
    )
    shared = rules.client_edition(
        found,
        company=account.name,
        promised=promises.promised(Reach(account_id=account.id), since=since, until=until),
        saved_cents=company.savings(account.id, since=since, until=until).total_cents,
        guests=_guests(of_quarters),
    )
    people = purchases.people_of(account.id, since=year_before(house.as_of), until=house.as_of)
    hotel_edition = HotelEdition(
        shared=replace(shared, length=found.length, places=found.places),
        stage=found.stage,
        silence=found.silence,
        frequency=found.frequency,
        spend_place=found.spend_place,
        criteria=found.criteria,
        state=found.state,
        guests=_guests(of_year),
        bookers=people.bookers,
        travellers=people.travellers,
        manager=account.manager.name if account.manager else "",
        open_cases=_open_cases(account.id),
    )
    return Whole(found, shared, hotel_edition)


def _guests(scores: Collection[Scored]) -> Index:
    """What guests said, hidden where too few people said it, however often each did."""
    said = {one.person_id for one in scores if one.recommend is not None}  # others left the question out
    if len(said) < LEAST_SHOWN:
        return Index(Cell.HIDDEN)
    return results.index_of([one.recommend for one in scores if one.recommend is not None])


def _closed_quarters(day: date) -> tuple[datetime, datetime]:
    """The four quarters that have ended: two reports of one quarter tell no answer by their difference."""
    zone = hotel.house_zone()
    first, last = results.quarter_of(day, back=4).first, results.quarter_of(day).first
    return local_midnight(first, zone), local_midnight(last, zone)


def _open_cases(account_id: int) -> int:
    statement = select(func.count(Case.id)).where(Case.account_id == account_id, Case.resolved_at.is_(None))
    return int(db.session.scalar(statement) or 0)

"""Reading closed events: on the hotel's side by house, on a company's those that are open to it."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from portal.accounts.models import Account
from portal.clock import local_date
from portal.corporate.event_wishes.queries import opted_out
from portal.corporate.events.models import AudienceKind, Event, EventAudience, EventInvitation
from portal.corporate.events.rules import Company
from portal.database import db, integer_sum
from portal.hotel import queries as hotel
from portal.people.models import Grant, Person, Role
from portal.programme import queries as programme
from portal.programme.rules import Rules
from portal.programme.standing import queries as standing
from portal.stays.models import Stay
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_instant_key, decode_key, encode_key

PAGE_SIZE = 30
NIGHTS_OF = timedelta(days=365)
INVITED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose events somebody sees: those of some hotels, or all."""

    property_ids: tuple[int, ...] = ()
    is_everywhere: bool = False

    def condition(self) -> ColumnElement[bool]:
        if self.is_everywhere:
            return true()
        return Event.property_id.in_(self.property_ids) if self.property_ids else false()


class Tab(StrEnum):
    """The tabs of the hotel's list."""

    AHEAD = "ahead"
    DRAFT = "draft"
    PAST = "past"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What the list is narrowed to."""

    tab: Tab = Tab.AHEAD
    property_id: int | None = None
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != EventFilter(self.tab)


@dataclass(frozen=True, slots=True)
class Invited:
    """How many companies are invited, how many of them by name, how many letters they were written."""

    companies: int
    by_name: int
    letters: int


def event_in(reach: Reach, public_id: uuid.UUID) -> Event | None:
    """One event with its hotel and its audience; what is not in reach is not found."""
    return db.session.scalar(_whole().where(Event.public_id == public_id, reach.condition()))


def event_by_token(public_id: uuid.UUID) -> Event | None:
    """The event that a form made, or that a party is registered for."""
    return db.session.scalar(_whole().where(Event.public_id == public_id))


def lock_event(event_id: int) -> Event:
    """An event, locked until the end of the transaction, and loaded as it is now.

    Not against references to it: whoever only names it in a row of their own need not wait.
    """
    # The row is locked before the rest is joined to it: not every join can be locked.
    db.session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True))
    fresh = _whole().where(Event.id == event_id).execution_options(populate_existing=True)
    return db.session.scalars(fresh).one()


def lock_event_in(reach: Reach, public_id: uuid.UUID) -> Event | None:
    """An event in reach, locked likewise."""
    found = db.session.scalar(select(Event.id).where(Event.public_id == public_id, reach.condition()))
    return lock_event(found) if found is not None else None


def events(
    reach: Reach, *, only: EventFilter, at: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Event]:
    """A page of the hotel's events: what lies ahead soonest first, all others latest first."""
    statement = _whole().where(reach.condition(), *_conditions(only, at))
    return _page(statement, is_soonest_first=only.tab is Tab.AHEAD, after=after, limit=limit)


def counts(reach: Reach, *, only: EventFilter, at: datetime) -> dict[Tab, int]:
    """How many events each tab holds under the other filters."""
    columns = [
        func.count(Event.id).filter(*_conditions(replace(only, tab=tab), at)).label(tab.value) for tab in Tab
    ]
    row = db.session.execute(select(*columns).where(reach.condition())).one()
    return {tab: int(getattr(row, tab.value)) for tab in Tab}


def open_to(
    company: Company, *, at: datetime, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Event]:
    """What lies ahead and is for a company: by its tier at the time, or because it was named."""
    statement = _whole().where(_is_ahead(at), is_for(company))
    return _page(statement, is_soonest_first=True, after=after, limit=limit)


def event_for(company: Company, public_id: uuid.UUID) -> Event | None:
    """A published event that is for a company, ahead or over."""
    return db.session.scalar(_whole().where(Event.public_id == public_id, is_open_to(company)))


def is_open_to(company: Company) -> ColumnElement[bool]:
    """That an event is published and for a company."""
    return and_(Event.published_at.is_not(None), is_for(company))


def is_for(company: Company) -> ColumnElement[bool]:
    """That an event is for a company; the same as `rules.is_chosen`, or by name."""

    def chosen(kind: AudienceKind) -> Select[int]:
        return select(EventAudience.id).where(EventAudience.event_id == Event.id, EventAudience.kind == kind)

    countries = chosen(AudienceKind.COUNTRY)
    by_rule = and_(
        chosen(AudienceKind.TIER).where(EventAudience.code == company.tier).exists(),
        or_(~countries.exists(), countries.where(EventAudience.code == company.country).exists()),
        or_(Event.least_nights.is_(None), Event.least_nights <= company.nights),
    )
    named = select(EventInvitation.id).where(
        EventInvitation.event_id == Event.id,
        EventInvitation.account_id == company.account_id,
        EventInvitation.is_by_name,
    )
    return or_(by_rule, named.exists())


def named_in(event_ids: Collection[int], *, account_id: int) -> set[int]:
    """Those of the events to which a company is invited by name."""
    statement = select(EventInvitation.event_id).where(
        EventInvitation.event_id.in_(event_ids),
        EventInvitation.account_id == account_id,
        EventInvitation.is_by_name,
    )
    return set(db.session.scalars(statement))


def company_of(account: Account, *, at: datetime) -> Company:
    """What decides whether an event is open to a company, as of now."""
    tier = standing.tier_under(account.id, programme.all_rules(), _today(at))
    return Company(account.id, tier, account.country, nights_of([account.id], at=at).get(account.id, 0))


def rules_on(at: datetime) -> Rules:
    return programme.rules_in_force(_today(at))


def nights_of(account_ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """The nights of the stays that companies checked out of within the last 365 days."""
    day = _today(at)
    statement = (
        select(Stay.account_id, integer_sum(Stay.nights))
        .where(
            Stay.account_id.in_(account_ids),
            Stay.superseded_at.is_(None),
            Stay.checked_out_on > day - NIGHTS_OF,
            Stay.checked_out_on <= day,
        )
        .group_by(Stay.account_id)
    )
    rows = db.session.execute(statement)
    return {account_id: int(nights) for account_id, nights in rows if account_id is not None}


def to_invite(public_id: uuid.UUID, *, after_id: int, limit: int = INVITED_AT_ONCE) -> list[Account]:
    """Companies for which somebody acts, and those that were named, in the order of their ids."""
    named_here = (
        select(EventInvitation.account_id)
        .join(Event, Event.id == EventInvitation.event_id)
        .where(Event.public_id == public_id)
    )
    statement = (
        select(Account)
        .where(or_(Account.claimed_at.is_not(None), Account.id.in_(named_here)), Account.id > after_id)
        .order_by(Account.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def companies(accounts: Sequence[Account], *, at: datetime) -> dict[int, Company]:
    """What decides whether events are open to several companies, as of now."""
    ids = [account.id for account in accounts]
    tiers, nights = standing.tiers_of(ids), nights_of(ids, at=at)
    return {one.id: Company(one.id, tiers[one.id], one.country, nights.get(one.id, 0)) for one in accounts}


def invitations(
    event_id: int, *, account_ids: Collection[int], lock: bool = False
) -> dict[int, EventInvitation]:
    """The invitations of some companies, by company; locked where they are about to be changed."""
    statement = select(EventInvitation).where(
        EventInvitation.event_id == event_id, EventInvitation.account_id.in_(account_ids)
    )
    if lock:
        statement = statement.order_by(EventInvitation.id).with_for_update()
        statement = statement.execution_options(populate_existing=True)
    return {one.account_id: one for one in db.session.scalars(statement)}


def named(event_id: int, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[EventInvitation]:
    """The companies that are invited, by name."""
    statement = (
        select(EventInvitation)
        .join(EventInvitation.account)
        .options(joinedload(EventInvitation.account))
        .where(EventInvitation.event_id == event_id)
        .order_by(Account.search_key, Account.id)
        .limit(limit + 1)
    )
    if (key := decode_key(after, str, int)) is not None:
        beyond = and_(Account.search_key == key[0], Account.id > key[1])
        statement = statement.where(or_(Account.search_key > key[0], beyond))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    last = rows[-1].account if rows else None
    more = encode_key(last.search_key, last.id) if last is not None and len(found) > limit else None
    return Page(rows, more)


def invited(event_id: int) -> Invited:
    statement = select(
        func.count(EventInvitation.id),
        func.count(EventInvitation.id).filter(EventInvitation.is_by_name),
        integer_sum(EventInvitation.letters),
    ).where(EventInvitation.event_id == event_id)
    companies, by_name, letters = db.session.execute(statement).one()
    return Invited(companies, by_name, int(letters))


def invitation(event_id: int, account_public_id: uuid.UUID) -> EventInvitation | None:
    """The invitation of one company, locked: the letters may be on their way."""
    statement = (
        select(EventInvitation)
        .join(EventInvitation.account)
        .where(EventInvitation.event_id == event_id, Account.public_id == account_public_id)
        .with_for_update(of=EventInvitation)
        .execution_options(populate_existing=True)
    )
    return db.session.scalar(statement)


def countries(limit: int = 60) -> list[str]:
    """The countries that companies are from."""
    statement = select(Account.country).where(Account.country != "").distinct().order_by(Account.country)
    return list(db.session.scalars(statement.limit(limit)))


def accounts_named(text: str, *, limit: int = 8) -> list[Account]:
    """Companies that answer to a text, to be invited by name."""
    forms = query_forms(text)
    if not forms:
        return []
    likes = [Account.search_key.contains(form, autoescape=True) for form in forms]
    statement = select(Account).where(or_(*likes)).order_by(Account.search_key, Account.id).limit(limit)
    return list(db.session.scalars(statement))


def people_to_write_to(account_ids: Collection[int]) -> Mapping[int, Sequence[Person]]:
    """Whoever books for these companies and has an address, by company."""
    statement = (
        select(Grant.account_id, Person)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.account_id.in_(account_ids),
            Grant.role.in_((Role.ACCOUNT_ADMINISTRATOR, Role.BOOKER)),
            Grant.ended_at.is_(None),
            Person.email.is_not(None),
            Person.left_at.is_(None),
        )
        .order_by(Grant.account_id, Person.id)
    )
    found: dict[int, list[Person]] = {}
    for account_id, person in db.session.execute(statement):
        of_account = found.setdefault(account_id or 0, [])
        if person not in of_account:
            of_account.append(person)
    return found


def people_to_invite(account_ids: Collection[int]) -> Mapping[int, Sequence[Person]]:
    """The same without those who do not want such letters."""
    found = people_to_write_to(account_ids)
    out = opted_out([person.id for people in found.values() for person in people])
    return {account: [one for one in people if one.id not in out] for account, people in found.items()}


def on_day(reach: Reach, day: date, *, zone: str, limit: int = 5) -> list[Event]:
    """The events of a day whose door is kept, in the order of their beginning."""
    near = (
        Event.starts_at >= _noon(day) - timedelta(days=1),
        Event.starts_at < _noon(day) + timedelta(days=1),
    )
    conditions = (Event.published_at.is_not(None), Event.cancelled_at.is_(None), reach.condition(), *near)
    found = db.session.scalars(
        _whole().where(*conditions).order_by(Event.starts_at, Event.id).limit(4 * limit)
    )
    return [one for one in found if local_date(one.starts_at, zone) == day][:limit]


def found_by(condition: ColumnElement[bool], text: str, *, limit: int) -> list[Event]:
    """Events under a condition that answer to a text, latest first."""
    only = _answers_to(text)
    statement = _whole().where(condition, only).order_by(Event.starts_at.desc(), Event.id.desc())
    return list(db.session.scalars(statement.limit(limit)))


def to_close(*, at: datetime, limit: int = 20) -> list[int]:
    """Events that are over and not closed yet."""
    over = (Event.published_at.is_not(None), Event.cancelled_at.is_(None), Event.closed_at.is_(None))
    statement = select(Event.id).where(*over, Event.ends_at <= at).order_by(Event.ends_at, Event.id)
    return list(db.session.scalars(statement.limit(limit)))


def to_purge(*, before: datetime, limit: int = 20) -> list[int]:
    """Events that ended before an instant, whose guests are still known by name."""
    statement = select(Event.id).where(Event.ends_at <= before, Event.purged_at.is_(None))
    return list(db.session.scalars(statement.order_by(Event.ends_at, Event.id).limit(limit)))


def _page(statement: Select[Event], *, is_soonest_first: bool, after: str | None, limit: int) -> Page[Event]:
    if (key := decode_instant_key(after)) is not None:
        starts_at, event_id = key
        beyond = Event.starts_at > starts_at if is_soonest_first else Event.starts_at < starts_at
        next_id = Event.id > event_id if is_soonest_first else Event.id < event_id
        statement = statement.where(or_(beyond, and_(Event.starts_at == starts_at, next_id)))
    order = (Event.starts_at, Event.id) if is_soonest_first else (Event.starts_at.desc(), Event.id.desc())
    found = list(db.session.scalars(statement.order_by(*order).limit(limit + 1)))
    rows = found[:limit]
    more = encode_key(rows[-1].starts_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def _whole() -> Select[Event]:
    return select(Event).options(joinedload(Event.property), selectinload(Event.audience))


def _is_ahead(at: datetime) -> ColumnElement[bool]:
    return and_(Event.published_at.is_not(None), Event.cancelled_at.is_(None), Event.ends_at > at)


def _conditions(only: EventFilter, at: datetime) -> list[ColumnElement[bool]]:
    by_tab: dict[Tab, list[ColumnElement[bool]]] = {
        Tab.AHEAD: [_is_ahead(at)],
        Tab.DRAFT: [Event.published_at.is_(None), Event.cancelled_at.is_(None)],
        Tab.PAST: [Event.published_at.is_not(None), Event.cancelled_at.is_(None), Event.ends_at <= at],
        Tab.CANCELLED: [Event.cancelled_at.is_not(None)],
    }
    conditions = by_tab[only.tab]
    if only.property_id is not None:
        conditions.append(Event.property_id == only.property_id)
    if only.text:
        conditions.append(_answers_to(only.text))
    return conditions


def _answers_to(text: str) -> ColumnElement[bool]:
    forms = query_forms(text)
    likes = [Event.search_key.contains(form, autoescape=True) for form in forms]
    return or_(*likes) if likes else false()


def _today(at: datetime) -> date:
    return local_date(at, hotel.house_zone())


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

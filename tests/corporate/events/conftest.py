"""A closed event, companies that come to it, and parties registered in one line."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.corporate.events import actions as events
from portal.corporate.events import queries as event_queries
from portal.corporate.events.models import Event
from portal.corporate.events.rules import Planned
from portal.corporate.registrations import actions, queries
from portal.corporate.registrations.models import EventGuest, Registration
from portal.corporate.registrations.rules import Named, Party
from portal.corporate.replies import actions as replies
from portal.database import db, transaction
from portal.jobs import actions as jobs
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from tests.cast import NOW, account
from tests.corporate.bookings.conftest import catalogue, gold, raise_tier
from tests.web.client import forget, settle

__all__ = ["catalogue", "gold"]

STARTS = datetime(2026, 7, 10, 18, 0, tzinfo=UTC)
"""A Friday, at seven in the evening in Lisbon."""
DAY = timedelta(days=1)


def plan(cast, **more):
    """An event at the seaside for Gold, as it was planned; name what is to be otherwise."""
    told = {
        "title": {"en": "Tasting", "ru": "Дегустация"},
        "description": {"en": "Six wines.", "ru": "Шесть вин."},
        "place": {"en": "Cellar", "ru": "Погреб"},
        "property_id": cast.seaside.id,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=4),
        "capacity": 4,
        "seats_per_account": None,
        "plus_ones": 2,
        "opens_at": NOW - DAY,
        "closes_at": STARTS - 2 * DAY,
        "names_until": STARTS - DAY,
        "tiers": ("gold", "platinum"),
        "countries": (),
        "least_nights": None,
    }
    return Planned(**{**told, **more})


@pytest.fixture
def give(cast):
    """Plan and publish an event: `give(capacity=3)`."""

    def publish(*, named=(), published=True, **more):
        with transaction():
            event = events.draft_event(
                token=uuid.uuid4(), planned=plan(cast, **more), by_id=cast.lidia.id, at=NOW
            )
            for company in named:
                events.name_company(event=event, account=company, tier="partner", by_id=cast.lidia.id, at=NOW)
            if published:
                events.publish_event(public_id=event.public_id, by_id=cast.lidia.id, at=NOW)
        return event_of(event.public_id)

    return publish


@pytest.fixture
def companies(cast):
    """So many more companies of a tier: `companies(3)`."""

    def found(number, tier="platinum"):
        rows = [account(f"Company {n:02d}") for n in range(number)]
        db.session.add_all(rows)
        db.session.commit()
        for row in rows:
            raise_tier(row.id, tier)
        return rows

    return found


@pytest.fixture
def letters(app):
    """Let the worker work until nothing is due; the letters so far, in order."""

    def work():
        settle()
        Worker(app, "a worker").drain()
        forget()
        return list(db.session.scalars(select(Letter).order_by(Letter.id)))

    return work


def event_of(public_id):
    see_the_present()
    return event_queries.event_by_token(public_id)


def party_of(*names, diet="none", **more):
    return Party(tuple(Named(name, diet, **more) for name in names))


def register(event, company, *names, by_id, token=None, at=NOW):
    """Register a party inside a transaction."""
    return actions.register_party(
        token=token or uuid.uuid4(),
        event=event_queries.event_by_token(event.public_id),
        account=company,
        party=party_of(*names),
        by_id=by_id,
        at=at,
    )


def come(event, company, *names, cast, at=NOW):
    """Register a party, and keep it."""
    with transaction():
        return register(event, company, *names, by_id=cast.bruno.id, at=at)


def take_back(registration, *, cast, at=NOW):
    with transaction():
        actions.cancel_registration(
            public_id=registration.public_id, account_id=registration.account_id, by_id=cast.bruno.id, at=at
        )


def answer(guest_id, said):
    with transaction():
        (replies.confirm if said == "yes" else replies.decline)(guest_id=guest_id, at=NOW)


def register_with(event, company, party, *, by):
    """Register a party as it is given, inside a transaction."""
    return actions.register_party(
        token=uuid.uuid4(), event=event, account=company, party=party, by_id=by.id, at=NOW
    )


def rename(found, *names, by_id, at=NOW, revision=1, **more):
    with transaction():
        return actions.change_names(
            public_id=found.public_id, account_id=found.account_id, revision=revision,
            party=party_of(*names, **more), by_id=by_id, at=at,
        )  # fmt: skip


def work_at(at, clock, letters, kind):
    """Let a recurring job run at this time; the letters so far."""
    clock.set(at)
    with transaction():
        jobs.enqueue(kind=kind, payload={}, at=at)
    return letters()


def states(event):
    """Where each party of an event stands, in the order in which they came."""
    statement = select(Registration).where(Registration.event_id == event.id).order_by(Registration.id)
    see_the_present()
    return [one.state.value for one in db.session.scalars(statement)]


def taken(event):
    """The event's own count, and the guests of seated parties: they are the same."""
    see_the_present()
    counted = db.session.scalar(select(Event.seats_taken).where(Event.id == event.id))
    assert counted == queries.tally(event.id).seated
    return counted


def guests_of(event):
    statement = (
        select(EventGuest)
        .join(Registration, Registration.id == EventGuest.registration_id)
        .where(Registration.event_id == event.id)
        .order_by(EventGuest.id)
    )
    see_the_present()
    return list(db.session.scalars(statement))


def see_the_present():
    """Other threads may have written since this one began to read."""
    db.session.commit()
    db.session.expire_all()

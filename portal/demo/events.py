"""The demo's closed events: one that is over, with who came and who did not, and one that is nearly full."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select

from portal.accounts.models import Account
from portal.corporate.admissions import actions as admissions
from portal.corporate.event_plans.rules import Days, instants
from portal.corporate.events import actions, queries
from portal.corporate.events.models import Event
from portal.corporate.events.rules import INVITE_JOB, Planned
from portal.corporate.registrations import actions as registrations
from portal.corporate.registrations.models import Diet, EventGuest, Registration
from portal.corporate.registrations.rules import LETTER_JOB, Named, Party
from portal.database import db
from portal.demo import names
from portal.hotel.models import Property
from portal.jobs.models import Job
from portal.people.models import Person
from portal.stays.models import Stay

PAST_DAY, AHEAD_DAY = -200, 19
INVITED, CAME = 60, 24
"""Of the companies invited by name to the evening that is over, so many came."""
CAPACITY_AHEAD = 12
DIETS = (Diet.NONE, Diet.VEGETARIAN, Diet.NONE, Diet.GLUTEN_FREE, Diet.NONE, Diet.NONE, Diet.HALAL)
NEEDS = {
    "en": ("", "", "Wheelchair: a place near the door, please.", "", "Allergic to nuts.", ""),
    "ru": ("", "", "Коляска: место у входа, пожалуйста.", "", "Аллергия на орехи.", ""),
}
"""As their companies wrote them, each in its language."""
TEXTS = {
    "tasting": (
        {"en": "An evening among the vineyards", "ru": "Вечер среди виноградников"},
        {
            "en": "Six growers from the Alentejo bring what they do not sell, and our chef cooks to it.",
            "ru": "Шесть виноделов Алентежу привезут то, чего нет в продаже, а шеф-повар приготовит ужин.",
        },
        {"en": "The wine cellar", "ru": "Винный погреб"},
    ),
    "premiere": (
        {"en": "Dinner before the première", "ru": "Ужин перед премьерой"},
        {
            "en": "Four courses on the terrace, then together to the opera. The seats are ours.",
            "ru": "Четыре блюда на террасе, затем вместе в оперу. Места за нами.",
        },
        {"en": "The terrace", "ru": "Терраса"},
    ),
}


def make(
    ours: Account,
    *,
    rival: Account,
    houses: Mapping[str, Property],
    staff: Mapping[str, Person],
    clients: Mapping[str, Person],
    today: date,
    at: datetime,
) -> None:
    """Plan, publish and fill both events by the same actions as live ones."""
    lidia, dario = staff["lidia"], staff["dario"]
    past = _plan("tasting", houses["resort"], today + timedelta(days=PAST_DAY), 40, 1, by=lidia, tiers=())
    _give(past, ours, rival, by=lidia, keeper=dario)
    ahead = _plan(
        "premiere", houses["city"], today + timedelta(days=AHEAD_DAY), CAPACITY_AHEAD, 2, by=lidia,
        tiers=("silver", "gold", "platinum"), at=at,
    )  # fmt: skip
    actions.publish_event(public_id=ahead.public_id, by_id=lidia.id, at=at)
    _fill(ahead, ours, rival, by=lidia, booker=clients["bruno"], guest=clients["tamara"], at=at)


def token_of(key: str) -> uuid.UUID:
    """The public id of an event, or a party, of the demo."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:event/{key}")


def _plan(
    key: str,
    house: Property,
    day: date,
    capacity: int,
    plus_ones: int,
    *,
    by: Person,
    tiers: tuple[str, ...],
    at: datetime | None = None,
) -> Event:
    title, description, place = TEXTS[key]
    weeks = timedelta(weeks=1)
    days = Days(
        day, time(19), time(23), min(day - 4 * weeks, at.date() if at else day), day - weeks, day - weeks
    )
    told = instants(days, zone=house.zone)
    planned = Planned(
        title=title, description=description, place=place, property_id=house.id, capacity=capacity,
        seats_per_account=None, plus_ones=plus_ones, tiers=tiers, countries=(), least_nights=None,
        starts_at=told["starts_at"], ends_at=told["ends_at"], opens_at=told["opens_at"],
        closes_at=told["closes_at"], names_until=told["names_until"],
    )  # fmt: skip
    begun = at or told["opens_at"]
    event = actions.draft_event(token=token_of(key), planned=planned, by_id=by.id, at=begun)
    return queries.lock_event(event.id)


def _give(event: Event, ours: Account, rival: Account, *, by: Person, keeper: Person) -> None:
    """The evening that is over: companies that stayed before it were invited by name, and some came."""
    opened = event.opens_at
    invited = [ours, rival, *_with_stays_before(event.starts_at.date(), but=(ours.id, rival.id))][:INVITED]
    for account in invited:
        actions.name_company(
            event=event, account=account, tier=_tier(account, opened), by_id=by.id, at=opened
        )
    actions.publish_event(public_id=event.public_id, by_id=by.id, at=opened)
    companies = queries.companies(invited, at=opened)
    actions.invite(event=event, accounts=invited, companies=companies, at=opened)
    chosen = [account for number, account in enumerate(invited) if number % 5 != 1][: CAME + 4]
    for number, account in enumerate(chosen):
        party = Party(tuple(_guest(account, number, place) for place in range(1 + number % 2)))
        registrations.register_party(
            token=token_of(f"tasting/{number}"), event=event, account=account, party=party, by_id=by.id,
            at=opened + timedelta(hours=number),
        )  # fmt: skip
    came = chosen[:CAME]
    for number, admission in enumerate(_admissions(event, {account.id for account in came})):
        admissions.check_in(
            event_id=event.id, admission=admission, by_id=keeper.id,
            at=event.starts_at + timedelta(minutes=number),
        )  # fmt: skip
    admissions.close_event(event_id=event.id, at=event.ends_at + timedelta(hours=7))
    # What was written to people then is not written once more today.
    db.session.execute(delete(Job).where(Job.kind.in_((LETTER_JOB, INVITE_JOB)), Job.run_at < event.ends_at))


def _fill(
    event: Event,
    ours: Account,
    rival: Account,
    *,
    by: Person,
    booker: Person,
    guest: Person,
    at: datetime,
) -> None:
    """The dinner ahead: all but one seat are taken, and a party of two waits."""
    others = _with_stays_before(event.starts_at.date(), but=(ours.id, rival.id))
    for number, account in enumerate([rival, *others[:5]]):
        actions.name_company(event=event, account=account, tier=_tier(account, at), by_id=by.id, at=at)
        party = Party(
            tuple(_guest(account, number, place) for place in range(2 + (number == len(others[:5]))))
        )
        registrations.register_party(
            token=token_of(f"premiere/{number}"),
            event=event,
            account=account,
            party=party,
            by_id=by.id,
            at=at,
        )
    named = Named(guest.name, Diet.NONE, "", guest.email, guest.id, guest.locale)
    registrations.register_party(
        token=token_of("premiere/ours"),
        event=event,
        account=ours,
        party=Party((named,)),
        by_id=booker.id,
        at=at,
    )


def _with_stays_before(day: date, *, but: tuple[int, ...]) -> list[Account]:
    """Companies with stays in the year before a day, in the order of their ids."""
    stayed = (
        select(Stay.account_id)
        .where(Stay.checked_out_on < day, Stay.checked_out_on > day - timedelta(days=365))
        .distinct()
    )
    statement = select(Account).where(Account.id.in_(stayed), Account.id.not_in(but)).order_by(Account.id)
    return list(db.session.scalars(statement.limit(INVITED)))


def _tier(account: Account, at: datetime) -> str:
    return queries.company_of(account, at=at).tier


def _guest(account: Account, number: int, place: int) -> Named:
    name = names.traveller(f"event-{account.id}-{place}", number, account.country)
    locale = "ru" if account.country == "RUS" else "en"
    needs = NEEDS[locale]
    return Named(name, DIETS[(number + place) % len(DIETS)], needs[number % len(needs)], None, None, locale)


def _admissions(event: Event, account_ids: set[int]) -> Sequence[str]:
    statement = (
        select(EventGuest.admission)
        .join(Registration, Registration.id == EventGuest.registration_id)
        .where(Registration.event_id == event.id, Registration.account_id.in_(account_ids))
        .order_by(EventGuest.id)
    )
    return list(db.session.scalars(statement))

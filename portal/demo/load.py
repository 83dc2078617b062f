"""Load the demo group: real bookings of two hotels, moved to the present, with invented names."""

import csv
import gzip
import hashlib
import uuid
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from portal.accounts import actions as accounts
from portal.accounts import queries as account_queries
from portal.accounts.actions import UnclaimedCompany
from portal.accounts.models import Account, Card
from portal.audit import actions as audit
from portal.clock import local_date
from portal.database import db, transaction
from portal.demo import (
    agreements,
    answers,
    board,
    bookings,
    budgets,
    catalogue,
    erasures,
    events,
    families,
    halls,
    handovers,
    joining,
    names,
    passes,
    payments,
    people,
    programme,
    quotes,
    requests,
    reviews,
    souvenirs,
)
from portal.hotel.models import Group, Property
from portal.people.models import Person
from portal.programme.months import actions as months
from portal.stays.files import rules as files
from portal.stays.imports import actions as imports
from portal.stays.rules import StayTold

BOOKINGS = Path(__file__).parent / "hotel_bookings_companies.csv.gz"
SOURCE = "hotel-demand"
LAST_DEPARTURE = date(2017, 9, 2)
"""The last day on which anybody of the data set leaves."""
OUR_COMPANY, THE_RIVAL = "94", "223"
"""Company 94 is Silver, a few weeks of one traveller below Gold; 223 is the largest of the resort."""
APPLICANT = "45"
"""A company of the middle that nobody has claimed, and that asks to."""
DAUGHTERS = ("174", "154")
"""Two that belong to ours, or are said to."""
TRAVELLERS = 6


class NotEmpty(Exception):
    """The database holds accounts already; give the demo one of its own."""


def weeks_to_shift(today: date) -> int:
    """By how many whole weeks the data moves, so that its last departure lies in the week before today."""
    return (today - timedelta(days=1) - LAST_DEPARTURE).days // 7


def load(*, at: datetime) -> date:
    """Load everything; returns the day at which the demo's history is frozen."""
    if db.session.scalar(select(func.count(Account.id))):
        raise NotEmpty
    held = catalogue.read()
    as_of = local_date(at, held["zone"])
    with transaction():
        group = Group(id=1, name="Maison Circle", currency=catalogue.CURRENCY, demo_as_of=as_of)
        db.session.add(group)
        houses = catalogue.open_houses(held, currency=group.currency)
        catalogue.stock(held, houses)
        halls.lay_out()
        staff = people.settle_staff([houses[code] for code in sorted(houses)], at=at)
        lidia = staff["lidia"].id
    _import_stays(as_of=as_of, by=lidia, at=at)
    with transaction():
        _people_and_bookings(as_of=as_of, at=at)
    # Past months are closed at once, so that there is something to compare the present one with.
    months.roll_up(at=at, by=None, chunk=lambda _done: transaction())
    return as_of


def _import_stays(*, as_of: date, by: int, at: datetime) -> None:
    data = BOOKINGS.read_bytes()
    with transaction():
        offered = imports.offer_import(
            source=SOURCE,
            filename=BOOKINGS.name,
            digest=hashlib.sha256(data).hexdigest(),
            companies_only=True,
            as_of=as_of,
            by=by,
            at=at,
            shift_weeks=weeks_to_shift(as_of),
        )
    with BOOKINGS.open("rb") as file:
        reading = imports.read_file(import_id=offered.id, file=file, found=files.survey(file), chunk=_chunk)
    with transaction():
        imports.close_preview(reading=reading, at=at)
    invented = names.companies(sorted(_codes()), first=(OUR_COMPANY, THE_RIVAL))

    def name_company(told: StayTold) -> UnclaimedCompany:
        named = invented[told.company_code]
        return UnclaimedCompany(
            source=SOURCE, code=told.company_code, name=named.name, country=named.country, is_demo=True
        )

    with transaction():
        imports.accept_import(import_id=offered.id, by=by, at=at, name_company=name_company)


def _codes() -> set[str]:
    with gzip.open(BOOKINGS, "rt", encoding="utf-8", newline="") as file:
        return {row["company"] for row in csv.DictReader(file)}


def _chunk(*, done: int, total: int | None) -> AbstractContextManager[None]:  # noqa: ARG001 -- nobody watches
    return transaction()


def _people_and_bookings(*, as_of: date, at: datetime) -> None:
    houses = {house.code: house for house in db.session.scalars(select(Property).order_by(Property.code))}
    staff = people.staff_by_key()
    ours = _account(OUR_COMPANY)
    clients = people.settle_clients(people.CLIENTS, ours, manager=staff["nora"], at=at)
    tamara = accounts.issue_card(
        account_id=ours.id,
        holder_id=clients["tamara"].id,
        token=uuid.uuid5(uuid.NAMESPACE_URL, "rapport-demo:card/tamara"),
        by=clients["anna"].id,
        at=at,
    )
    clients["tamara"].needs = "Аллергия на орехи. Любит высокий этаж."
    cards = people.hand_out_cards(ours, OUR_COMPANY, count=TRAVELLERS, by=clients["anna"], at=at)
    rival = _account(THE_RIVAL)
    carla = people.settle_clients((people.RIVAL,), rival, manager=staff["nora"], at=at)["carla"]
    people.hand_out_cards(rival, THE_RIVAL, count=TRAVELLERS, by=carla, at=at)
    bookings.make(
        ours,
        houses=houses,
        cards=[tamara, *cards],
        booker=clients["bruno"],
        desk_clerk=staff["dario"],
        today=as_of,
        at=at,
    )
    quotes.furnish(ours, houses=houses, staff=staff, booker=clients["bruno"], today=as_of, at=at)
    _give_to_guests(ours, [tamara, *cards], houses=houses, clients=clients, staff=staff, today=as_of, at=at)
    board.make(houses=houses, desk_clerk=staff["dario"], at=at)
    requests.make(houses=houses, staff=staff, at=at)
    handovers.make(houses=houses, staff=staff, at=at)
    events.make(ours, rival=rival, houses=houses, staff=staff, clients=clients, today=as_of, at=at)
    centres = budgets.make(ours, administrator=clients["anna"], at=at)
    bookings.ask(ours, houses=houses, booker=clients["bruno"], centre=centres[1], today=as_of, at=at)
    answers.make(ours, source=SOURCE, houses=houses, staff=staff, today=as_of, at=at)
    _companies_to_come(ours, head=clients["anna"], manager=staff["nora"], publisher=staff["lidia"], at=at)
    reviews.make(rival, manager=staff["nora"], at=at)
    erasures.make(administrator=staff["ada"], at=at)
    programme.make(ours, houses=houses, staff=staff, today=as_of, at=at)
    audit.record(action="demo.load", subject_kind="group", subject_id=1, by=None, at=at)


def _give_to_guests(
    ours: Account,
    cards: list[Card],
    *,
    houses: dict[str, Property],
    clients: dict[str, Person],
    staff: dict[str, Person],
    today: date,
    at: datetime,
) -> None:
    """What travellers take home, and what invitees are given."""
    booker = clients["bruno"]
    souvenirs.make(
        ours, houses=houses, cards=cards, booker=booker, manager=staff["lidia"], today=today, at=at
    )
    passes.make(ours, houses=houses, host=booker, clerk=staff["dario"], today=today, at=at)
    payments.make(houses=houses, cards=cards, clerk=staff["dario"], at=at)


def _companies_to_come(
    ours: Account, *, head: Person, manager: Person, publisher: Person, at: datetime
) -> None:
    """What ours agreed to, who belongs to it, and who asks to join."""
    daughters = (_account(DAUGHTERS[0]), _account(DAUGHTERS[1]))
    agreements.make(ours, head=head, publisher=publisher, at=at)
    families.make(ours, daughters, head=head, manager=manager, at=at)
    joining.make(_account(APPLICANT), manager=manager, at=at)


def _account(code: str) -> Account:
    account = account_queries.account_by_code(source=SOURCE, code=code)
    if account is None:
        raise LookupError(code)
    return account

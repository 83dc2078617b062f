"""What the demo's companies booked lately, and what is due today: made by the same actions as live ones."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import Account, Card
from portal.corporate.bookings import actions
from portal.corporate.bookings.models import Booking, BookingLine
from portal.corporate.bookings.rules import Wanted
from portal.corporate.bundles import queries as bundles
from portal.corporate.bundles.models import Bundle
from portal.corporate.bundles.rules import Order, Wish
from portal.corporate.limits.models import CostCentre
from portal.database import db
from portal.hotel.models import Property
from portal.people.models import Person
from portal.staff.desk import actions as desk
from portal.staff.desk import queries as desk_queries

BOOKED_DAYS_BEFORE = 9
NOT_DELIVERED = "Протечка в зале: гостей приняли в ресторане."
ASKED_BEFORE = timedelta(hours=3)
LOGGED_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Plan:
    """One booking of the demo, in days from the day of loading."""

    key: str
    bundle: str
    day: int
    house: str
    starts: time
    ends: time
    headcount: int
    wishes: tuple[tuple[str, int], ...]
    for_guest: int | None = None
    points: int = 0
    undelivered: tuple[str, ...] = ()


PLANS = (
    Plan(
        "board", "board_meeting", -24, "city", time(10), time(14), 10,
        (("hall", 1), ("av", 1), ("waiter", 1), ("taxi", 2)),
    ),
    Plan(
        "delegation", "foreign_delegation", -13, "city", time(9), time(17), 16,
        (("hall", 1), ("av", 1), ("waiter", 4), ("laundry", 4), ("interpreter", 1), ("taxi", 1),
         ("ticket", 4)),
        points=1_000,
    ),
    Plan(
        "call", "video_day", -5, "resort", time(15), time(17), 6, (("hall", 1), ("conference_call", 2)),
        undelivered=("hall",),
    ),
    Plan(
        "arrival", "easy_arrival", -2, "city", time(9), time(18), 1, (("laundry", 2), ("taxi", 1)),
        for_guest=0,
    ),
    Plan(
        "today", "easy_arrival", 0, "city", time(8), time(20), 2,
        (("laundry", 3), ("taxi", 1), ("ticket", 2)), for_guest=0,
    ),
    Plan(
        "next", "board_meeting", 8, "city", time(10), time(16), 24,
        (("hall", 1), ("av", 1), ("waiter", 3)),
    ),
)  # fmt: skip


ABOVE_THE_LIMIT = Plan(
    "partners", "foreign_delegation", 24, "city", time(10), time(18), 30,
    (("hall", 1), ("av", 1), ("waiter", 5), ("interpreter", 2), ("taxi", 4), ("ticket", 30)),
)  # fmt: skip


def make(
    account: Account,
    *,
    houses: dict[str, Property],
    cards: Sequence[Card],
    booker: Person,
    desk_clerk: Person,
    today: date,
    at: datetime,
    plans: Sequence[Plan] = PLANS,
) -> None:
    """Book every plan some days before it; deliver what lies in the past."""
    for plan in plans:
        house, day = houses[plan.house], today + timedelta(days=plan.day)
        guest = cards[plan.for_guest] if plan.for_guest is not None else None
        wanted = Wanted(
            house=house,
            order=Order(
                day=day,
                starts=plan.starts,
                ends=plan.ends,
                headcount=plan.headcount,
                wishes=tuple(Wish(code, count) for code, count in plan.wishes),
            ),
            card=accounts.card_by_number(guest.number) if guest else None,
            bundle=_bundle(plan.bundle),
            points=plan.points,
        )
        booked_at = min(at, _instant(day, time(11), house) - timedelta(days=BOOKED_DAYS_BEFORE))
        booking = _book(plan.key, wanted, account=account, booker=booker, at=booked_at)
        if plan.day < 0:
            _deliver(booking, plan, by=desk_clerk, card=guest)


def ask(
    account: Account,
    *,
    houses: dict[str, Property],
    booker: Person,
    centre: CostCentre,
    today: date,
    at: datetime,
) -> None:
    """One order above a limit, some weeks ahead: it waits for the company's second key."""
    plan = ABOVE_THE_LIMIT
    house, day = houses[plan.house], today + timedelta(days=plan.day)
    wishes = tuple(Wish(code, count) for code, count in plan.wishes)
    order = Order(day, plan.starts, plan.ends, plan.headcount, wishes)
    wanted = Wanted(house=house, order=order, bundle=_bundle(plan.bundle), cost_centre=centre)
    _book(plan.key, wanted, account=account, booker=booker, at=at - ASKED_BEFORE)


def token_of(key: str) -> uuid.UUID:
    """The public id of a booking of the demo."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:booking/{key}")


def _book(key: str, wanted: Wanted, *, account: Account, booker: Person, at: datetime) -> Booking:
    seen = bundles.quote(wanted.order, house=wanted.house, account_id=account.id, at=at)
    return actions.book_bundle(
        token=token_of(key),
        account_id=account.id,
        wanted=wanted,
        seen_cents=seen.price.value.bill_cents,
        by_id=booker.id,
        at=at,
    )


def _bundle(code: str) -> Bundle:
    return db.session.scalars(select(Bundle).where(Bundle.code == code)).one()


def _deliver(booking: Booking, plan: Plan, *, by: Person, card: Card | None) -> None:
    promised = select(BookingLine.public_id).where(BookingLine.booking_id == booking.id)
    for public_id in db.session.scalars(promised.order_by(BookingLine.position)).all():
        # Each delivery looks at the booking anew, as at the desk.
        line = desk_queries.line_at(public_id, property_id=booking.property_id)
        if line is None:
            raise LookupError(public_id)
        quantity = 0 if line.service.code in plan.undelivered else line.quantity
        desk.deliver_line(
            token=uuid.uuid5(booking.public_id, str(line.position)),
            line=line,
            card=accounts.card_by_number(card.number) if card else None,
            by_id=by.id,
            quantity=quantity,
            delivered_at=line.starts_at,
            note="" if quantity else NOT_DELIVERED,
            at=line.ends_at + LOGGED_AFTER,
        )


def _instant(day: date, moment: time, house: Property) -> datetime:
    return datetime.combine(day, moment, tzinfo=ZoneInfo(house.zone))

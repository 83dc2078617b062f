"""Guest passes of the demo's company: one in use, one that waits, one revoked, one whose days are over."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.accounts.models import Account
from portal.corporate.passes import actions
from portal.corporate.passes.models import GuestPass, PassKind, Payer
from portal.corporate.passes.rules import Offer
from portal.hotel.models import Property
from portal.people.models import Person
from portal.staff.passes import actions as desk


@dataclass(frozen=True, slots=True)
class Plan:
    """One pass, in days from the day of loading; `bills` are its uses, in cents at the usual price."""

    key: str
    invitee: str
    locale: str
    kinds: tuple[PassKind, ...]
    first: int
    last: int
    uses: int
    payer: Payer
    house: str | None = None
    message: str = ""
    bills: tuple[tuple[int, int], ...] = ()
    is_revoked: bool = False


MEALS, ROOMS = (PassKind.MEALS,), (PassKind.ROOMS,)
PLANS = (
    Plan(
        "lunch", "Inês Carvalho", "en", MEALS, -20, 25, 3, Payer.COMPANY, "city",
        "Lunch is on us whenever you are in town.", ((-12, 4_800), (-3, 6_200)),
    ),
    Plan(
        "visit", "Павел Громов", "ru", (*MEALS, *ROOMS), -1, 9, 4, Payer.INVITEE, None,
        "Добро пожаловать! Ждём вас на переговорах.",
    ),
    Plan("over", "Marta Nowak", "en", MEALS, -40, -10, 1, Payer.INVITEE, "resort"),
    Plan("back", "Jonas Weber", "en", ROOMS, -6, 14, 1, Payer.COMPANY, "city", is_revoked=True),
)  # fmt: skip


def make(
    account: Account, *, houses: dict[str, Property], host: Person, clerk: Person, today: date, at: datetime
) -> None:
    """Give the passes some days ago, and use them at the desks."""
    for plan in PLANS:
        house = houses[plan.house] if plan.house else None
        given = _give(plan, account, house=house, host=host, today=today, at=at)
        for day, cents in plan.bills:
            _use(
                plan,
                given,
                houses[plan.house or "city"],
                clerk=clerk,
                day=today + timedelta(days=day),
                cents=cents,
            )
        if plan.is_revoked:
            actions.revoke_pass(guest_pass=given, by_id=host.id, at=at - timedelta(days=1))


def token_of(key: str) -> uuid.UUID:
    """The public id of a pass of the demo."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:pass/{key}")


def _give(
    plan: Plan, account: Account, *, house: Property | None, host: Person, today: date, at: datetime
) -> GuestPass:
    first_on = today + timedelta(days=plan.first)
    offer = Offer(
        invitee=plan.invitee,
        email=None,
        locale=plan.locale,
        message=plan.message,
        property_id=house.id if house else None,
        kinds=plan.kinds,
        first_on=first_on,
        last_on=today + timedelta(days=plan.last),
        uses=plan.uses,
        payer=plan.payer,
    )
    return actions.issue_pass(
        token=token_of(plan.key),
        account_id=account.id,
        offer=offer,
        by_id=host.id,
        today=first_on,
        at=min(at, _noon(first_on, house.zone if house else "UTC") - timedelta(hours=3)),
    )


def _use(plan: Plan, given: GuestPass, house: Property, *, clerk: Person, day: date, cents: int) -> None:
    desk.use_at_desk(
        token=uuid.uuid5(token_of(plan.key), day.isoformat()),
        guest_pass=given,
        house=house,
        kind=plan.kinds[0],
        list_cents=cents,
        shown=None,
        document="passport",
        by_id=clerk.id,
        today=day,
        at=_noon(day, house.zone) + timedelta(hours=1),
    )


def _noon(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(12), tzinfo=ZoneInfo(zone))

"""Reads of reviews: when each account's is due, what it looks at, and how the earlier ones ended."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import Account, AccountDomain
from portal.clock import local_date, local_midnight
from portal.corporate.admission import queries as admission
from portal.corporate.agreements.models import AgreementAcceptance
from portal.corporate.bookings.models import Booking, Cancellation, Settlement
from portal.corporate.bookings.queries import Reach as BookingReach
from portal.corporate.company import queries as company
from portal.corporate.passes import queries as passes
from portal.corporate.promises import queries as promises
from portal.corporate.reviews import rules
from portal.corporate.reviews.models import AccountReview, ReviewOutcome
from portal.corporate.reviews.rules import Findings, ReviewState
from portal.database import db, integer_sum
from portal.people.models import Grant, Role
from portal.programme.overview.queries import Reach
from portal.programme.standing import queries as standing
from portal.stays.models import Stay, StayStatus
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
REVIEWS_SHOWN = 20
ADMINISTRATORS_WRITTEN_TO = 50
Latest = aliased(AccountReview)


@dataclass(frozen=True, slots=True)
class DueRow:
    """An account in the list: since when its year runs, and the latest review, if there was one."""

    account: Account
    base_at: datetime
    latest: AccountReview | None


def due(
    state: ReviewState,
    *,
    reach: Reach,
    today: date,
    zone: str,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[DueRow]:
    """The accounts that somebody runs, within reach, whose review is so near; the longest wait first."""
    base = _base()
    statement = (
        _accounts(select(Account, base.label("base_at"), Latest), reach)
        .options(joinedload(Account.manager))
        .where(_state(today, zone) == state.value)
        .order_by(base, Account.id)
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        statement = statement.where(or_(base > key[0], and_(base == key[0], Account.id > key[1])))
    found = [DueRow(*row) for row in db.session.execute(statement)]
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], encode_key(last.base_at.isoformat(), last.account.id) if last else None)


def counts(*, reach: Reach, today: date, zone: str) -> dict[str, int]:
    """How many accounts stand where."""
    state = _state(today, zone).label("state")
    statement = _accounts(select(state, func.count(Account.id)), reach).group_by(state)
    found = {each: int(number) for each, number in db.session.execute(statement)}
    return {state.value: found.get(state.value, 0) for state in ReviewState}


def base_of(account_id: int) -> datetime | None:
    """Since when the year of an account runs; none where nobody runs it."""
    statement = _accounts(select(_base()), Reach(is_whole=True)).where(Account.id == account_id)
    found: datetime | None = db.session.scalar(statement)
    return found


def reviews(account_id: int) -> list[AccountReview]:
    """The reviews of an account, the latest first."""
    statement = _whole().where(AccountReview.account_id == account_id)
    return list(db.session.scalars(statement.order_by(AccountReview.number.desc()).limit(REVIEWS_SHOWN)))


def review_of(account_id: int, public_id: uuid.UUID) -> AccountReview | None:
    """One review of an account."""
    statement = _whole().where(AccountReview.account_id == account_id, AccountReview.public_id == public_id)
    return db.session.scalar(statement)


def lock_account(account_id: int) -> None:
    """Let whoever reviews one account queue up."""
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def latest_number(account_id: int) -> int:
    """How many reviews there were."""
    statement = select(func.max(AccountReview.number)).where(AccountReview.account_id == account_id)
    return int(db.session.scalar(statement) or 0)


def to_close(*, today: date, limit: int) -> list[AccountReview]:
    """The reviews that ended an account whose last day is over."""
    statement = (
        select(AccountReview)
        .options(joinedload(AccountReview.account))
        .where(
            AccountReview.outcome == ReviewOutcome.ENDED,
            AccountReview.closed_at.is_(None),
            AccountReview.ends_on < today,
            AccountReview.number == _latest_number(AccountReview.account_id),
        )
        .order_by(AccountReview.ends_on, AccountReview.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def findings(account: Account, *, since: datetime, until: datetime, zone: str) -> Findings:
    """What a review looks at: the span since the last one, and how the company stands now."""
    saved = company.savings(account.id, since=since, until=until)
    kept = promises.promised(BookingReach(account_id=account.id), since=since, until=until)
    stays, nights, stay_cents = _stays(account.id, local_date(since, zone), local_date(until, zone))
    bookings, booked_cents = _bookings(account.id, since, until)
    domains = select(AccountDomain.domain).where(AccountDomain.account_id == account.id)
    return Findings(
        since=local_date(since, zone),
        until=local_date(until, zone),
        stays=stays,
        nights=nights,
        stay_cents=stay_cents,
        bookings=bookings,
        booked_cents=booked_cents,
        saved_cents=saved.total_cents + passes.savings(account.id, since=since).saved_cents,
        promised=kept.lines,
        kept=kept.kept,
        tier=standing.standing_of(account.id).tier,
        checks=rules.eligibility(
            nights=_stays(account.id, local_date(until - timedelta(days=365), zone), local_date(until, zone))[
                1
            ],
            country=account.country,
            tax_number=account.tax_number or "",
            domains=sorted(db.session.scalars(domains)),
            rules=admission.in_force(),
        ),
    )


def administrators(account_id: int) -> list[Grant]:
    """Who runs an account, to be written to."""
    statement = (
        select(Grant)
        .options(joinedload(Grant.person))
        .where(
            Grant.account_id == account_id,
            Grant.role == Role.ACCOUNT_ADMINISTRATOR,
            Grant.ended_at.is_(None),
        )
        .order_by(Grant.id)
        .limit(ADMINISTRATORS_WRITTEN_TO)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The reviews that somebody held, for their own export."""
    statement = (
        select(AccountReview)
        .options(joinedload(AccountReview.account))
        .where(AccountReview.by_id == person_id)
        .order_by(AccountReview.id)
    )
    return [
        {
            "company": each.account.name,
            "outcome": each.outcome,
            "words": each.words,
            "at": each.at.isoformat(),
        }
        for each in db.session.scalars(statement)
    ]


def _whole() -> Select[AccountReview]:
    return select(AccountReview).options(joinedload(AccountReview.by), joinedload(AccountReview.account))


def _latest_number(account_id: Any) -> Any:
    other = aliased(AccountReview)
    return select(func.max(other.number)).where(other.account_id == account_id).scalar_subquery()


def _accounts(statement: Any, reach: Reach) -> Any:
    latest = and_(Latest.account_id == Account.id, Latest.number == _latest_number(Account.id))
    return (
        statement.select_from(Account)
        .outerjoin(Latest, latest)
        .where(reach.condition(), Account.claimed_at.is_not(None))
    )


def _base() -> ColumnElement[datetime]:
    """The last review, else the first agreement, else the day on which somebody took the account over."""
    agreed = (
        select(func.min(AgreementAcceptance.at))
        .where(AgreementAcceptance.account_id == Account.id)
        .correlate(Account)
        .scalar_subquery()
    )
    base: ColumnElement[datetime] = func.coalesce(Latest.at, agreed, Account.claimed_at)
    return base


def _state(today: date, zone: str) -> ColumnElement[str]:
    def by(day: date) -> ColumnElement[bool]:
        return _base() < local_midnight(rules.latest_base(day) + timedelta(days=1), zone)

    return case(
        (Latest.outcome == ReviewOutcome.ENDED.value, ReviewState.ENDS.value),
        (by(today), ReviewState.DUE.value),
        (by(today + rules.SOON), ReviewState.SOON.value),
        else_=ReviewState.LATER.value,
    )


def _stays(account_id: int, since: date, until: date) -> tuple[int, int, int]:
    statement = select(
        func.count(Stay.id), integer_sum(Stay.nights), integer_sum(Stay.room_revenue_cents)
    ).where(
        Stay.account_id == account_id,
        Stay.superseded_at.is_(None),
        Stay.status == StayStatus.CHECKED_OUT,
        Stay.departure > since,
        Stay.departure <= until,
    )
    row = db.session.execute(statement).one()
    return int(row[0]), int(row[1]), int(row[2])


def _bookings(account_id: int, since: datetime, until: datetime) -> tuple[int, int]:
    statement = (
        select(func.count(Booking.id), integer_sum(func.coalesce(Settlement.bill_cents, Booking.bill_cents)))
        .outerjoin(Settlement, Settlement.booking_id == Booking.id)
        .outerjoin(Cancellation, Cancellation.booking_id == Booking.id)
        .where(
            Booking.account_id == account_id,
            Booking.confirmed_at >= since,
            Booking.confirmed_at < until,
            Cancellation.id.is_(None),
        )
    )
    row = db.session.execute(statement).one()
    return int(row[0]), int(row[1])

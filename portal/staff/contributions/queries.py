"""Reads of contributions: what is to be pulled, and the events of people."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.corporate.bookings.models import BookingLine, Delivery
from portal.database import db
from portal.hotel.models import Property, Service
from portal.staff.contributions.models import Contribution, ContributionKind
from portal.staff.desk.models import LoggedService
from portal.surveys.answers.models import Answer
from portal.surveys.invitations.models import Invitation, Served
from portal.surveys.questionnaires.rules import RECOMMEND
from portal.web.paging import Page, decode_instant_key, encode_key

BATCH = 500
PAGE_SIZE = 30
RATINGS_LIMIT = 10_000
PERSONAL_LIMIT = 10_000
PROMISES = (ContributionKind.KEPT_PROMISE.value, ContributionKind.BROKEN_PROMISE.value)


def deliveries_to_pull(limit: int = BATCH) -> Sequence[Any]:
    """Entries of the service log that delivered a promise and are not among the events yet."""
    statement = (
        select(LoggedService, BookingLine, Delivery.quantity, Service.kind, Property.zone)
        .join(BookingLine, BookingLine.id == LoggedService.line_id)
        .join(
            Delivery, and_(Delivery.line_id == BookingLine.id, Delivery.public_id == LoggedService.public_id)
        )
        .join(Service, Service.id == LoggedService.service_id)
        .join(Property, Property.id == LoggedService.property_id)
        .outerjoin(
            Contribution,
            and_(
                Contribution.source_id == LoggedService.public_id,
                Contribution.person_id == LoggedService.by_id,
            ),
        )
        .where(LoggedService.undone_at.is_(None), Contribution.id.is_(None))
        .order_by(LoggedService.id)
        .limit(limit)
    )
    return db.session.execute(statement).all()


def ratings_to_pull(limit: int = BATCH) -> Sequence[Any]:
    """Submitted scores about whom somebody served, not among that person's events yet."""
    statement = (
        select(Invitation, Served.person_id, func.min(Served.service_id), Answer.number, Property.zone)
        .join(Served, Served.invitation_id == Invitation.id)
        .join(Answer, and_(Answer.invitation_id == Invitation.id, Answer.question == RECOMMEND))
        .join(Property, Property.id == Invitation.property_id)
        .outerjoin(
            Contribution,
            and_(
                Contribution.source_id == Invitation.public_id,
                Contribution.person_id == Served.person_id,
            ),
        )
        .where(Invitation.submitted_at.is_not(None), Answer.number.is_not(None), Contribution.id.is_(None))
        .group_by(Invitation.id, Served.person_id, Answer.number, Property.zone)
        .order_by(Invitation.id, Served.person_id)
        .limit(limit)
    )
    return db.session.execute(statement).all()


def kinds_of_services(ids: Sequence[int]) -> dict[int, str]:
    return dict(db.session.execute(select(Service.id, Service.kind).where(Service.id.in_(ids))).all())


def undone_to_void(limit: int = BATCH) -> Sequence[Any]:
    """Events whose entry of the log was undone since."""
    statement = (
        select(Contribution, LoggedService.undone_at)
        .join(LoggedService, LoggedService.public_id == Contribution.source_id)
        .where(LoggedService.undone_at.is_not(None), Contribution.voided_at.is_(None))
        .order_by(Contribution.id)
        .limit(limit)
    )
    return db.session.execute(statement).all()


def promises_of(
    person_ids: Sequence[int], *, since: datetime, until: datetime, without: Select[Any]
) -> Sequence[Any]:
    """Promises that count of some people in [since, until], by cell: person, cell, kept, all.

    `without` selects the ids of events that are left out.
    """
    statement = (
        select(
            Contribution.person_id,
            Contribution.cell,
            func.count(Contribution.id).filter(Contribution.kind == ContributionKind.KEPT_PROMISE.value),
            func.count(Contribution.id),
        )
        .where(Contribution.kind.in_(PROMISES), *_counting(person_ids, since, until, without))
        .group_by(Contribution.person_id, Contribution.cell)
    )
    return db.session.execute(statement).all()


def ratings_of(person_ids: Sequence[int], *, since: date, until: date, without: Select[Any]) -> Sequence[Any]:
    """Ratings that count of some people and entered in [since, until]: person, account, value, day."""
    statement = select(
        Contribution.person_id, Contribution.account_id, Contribution.value, Contribution.enters_on
    ).where(
        Contribution.person_id.in_(person_ids),
        Contribution.kind == ContributionKind.RATING.value,
        Contribution.enters_on >= since,
        Contribution.enters_on <= until,
        Contribution.voided_at.is_(None),
        Contribution.id.not_in(without),
    )
    return db.session.execute(statement).all()


def _counting(
    person_ids: Sequence[int], since: datetime, until: datetime, without: Select[Any]
) -> tuple[ColumnElement[bool], ...]:
    return (
        Contribution.person_id.in_(person_ids),
        Contribution.happened_at >= since,
        Contribution.happened_at <= until,
        Contribution.voided_at.is_(None),
        Contribution.id.not_in(without),
    )


def promises_listed(
    person_id: int, *, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Contribution]:
    """One person's promises, the latest first, void ones among them."""
    statement = (
        select(Contribution)
        .options(
            joinedload(Contribution.account),
            joinedload(Contribution.service),
            joinedload(Contribution.property),
        )
        .where(Contribution.person_id == person_id, Contribution.kind.in_(PROMISES))
        .order_by(Contribution.happened_at.desc(), Contribution.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        at, one = key
        same = and_(Contribution.happened_at == at, Contribution.id < one)
        statement = statement.where(or_(Contribution.happened_at < at, same))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].happened_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def promises_by_span(
    person_id: int, spans: Sequence[tuple[datetime, datetime]], *, without: Select[Any]
) -> list[tuple[int, int]]:
    """One person's promises that count in each [since, until): kept, and all.

    `without` selects the ids of events that are left out.
    """
    counts = []
    for since, until in spans:
        within = and_(Contribution.happened_at >= since, Contribution.happened_at < until)
        is_kept = Contribution.kind == ContributionKind.KEPT_PROMISE.value
        counts += [func.count(Contribution.id).filter(within, is_kept)]
        counts += [func.count(Contribution.id).filter(within)]
    statement = select(*counts).where(
        Contribution.person_id == person_id,
        Contribution.kind.in_(PROMISES),
        Contribution.voided_at.is_(None),
        Contribution.id.not_in(without),
        Contribution.happened_at >= min(since for since, _until in spans),
    )
    found = [int(each) for each in db.session.execute(statement).one()]
    return list(zip(found[::2], found[1::2], strict=True))


def ratings_entered(person_id: int, *, since: date) -> Sequence[Any]:
    """What guests gave one person and entered since a day: value, id, public id, by value.

    In no order that would tell who gave what.
    """
    statement = (
        select(Contribution.value, Contribution.id, Contribution.public_id)
        .where(
            Contribution.person_id == person_id,
            Contribution.kind == ContributionKind.RATING.value,
            Contribution.enters_on >= since,
            Contribution.voided_at.is_(None),
        )
        .order_by(Contribution.value, Contribution.public_id)
        .limit(RATINGS_LIMIT)
    )
    return db.session.execute(statement).all()


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """A person's own promises, for their export; guests' single scores are not theirs to have."""
    statement = (
        select(Contribution)
        .where(Contribution.person_id == person_id, Contribution.kind != ContributionKind.RATING.value)
        .order_by(Contribution.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "kind": one.kind,
            "cell": one.cell,
            "happened_at": one.happened_at.isoformat(),
            "voided": one.voided_at is not None,
        }
        for one in db.session.scalars(statement)
    ]

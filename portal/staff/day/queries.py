"""Reads for an employee's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Card
from portal.database import db
from portal.staff.desk.models import LoggedService
from portal.surveys.answers.models import Compliment
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 20
LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Lately:
    """Services logged and thanks received in a span."""

    logged: int
    thanks: int


def logged_by(
    person_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> Page[LoggedService]:
    """What a person logged in [since, until), the latest first, undone entries marked among them."""
    statement = (
        select(LoggedService)
        .options(
            joinedload(LoggedService.service),
            joinedload(LoggedService.account),
            joinedload(LoggedService.card).joinedload(Card.holder),
        )
        .where(LoggedService.by_id == person_id)
        .order_by(LoggedService.done_at.desc(), LoggedService.id.desc())
        .limit(limit + 1)
    )
    if since is not None:
        statement = statement.where(LoggedService.done_at >= since)
    if until is not None:
        statement = statement.where(LoggedService.done_at < until)
    if (key := decode_instant_key(after)) is not None:
        at, one = key
        same = and_(LoggedService.done_at == at, LoggedService.id < one)
        statement = statement.where(or_(LoggedService.done_at < at, same))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].done_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def thanks_since(person_ids: Select[int], *, since: datetime) -> int:
    """How often these people were thanked."""
    statement = select(func.count(Compliment.id)).where(
        Compliment.person_id.in_(person_ids), Compliment.given_at >= since
    )
    return int(db.session.scalar(statement) or 0)


def lately(person_ids: Sequence[int], *, since: datetime) -> dict[int, Lately]:
    """What each of these people logged, and how often they were thanked."""
    logged = dict(
        db.session.execute(
            select(LoggedService.by_id, func.count(LoggedService.id))
            .where(
                LoggedService.by_id.in_(person_ids),
                LoggedService.done_at >= since,
                LoggedService.undone_at.is_(None),
            )
            .group_by(LoggedService.by_id)
        ).all()
    )
    thanks = dict(
        db.session.execute(
            select(Compliment.person_id, func.count(Compliment.id))
            .where(Compliment.person_id.in_(person_ids), Compliment.given_at >= since)
            .group_by(Compliment.person_id)
        ).all()
    )
    return {one: Lately(int(logged.get(one, 0)), int(thanks.get(one, 0))) for one in person_ids}

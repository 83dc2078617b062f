"""Reading guest passes, always within what the reader may see."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from portal.corporate.passes.models import GuestPass, PassUse
from portal.database import db, integer_sum
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_instant_key, encode_key

PAGE_SIZE = 30
USES_SHOWN = 50
PERSONAL_LIMIT = 10_000


class Tab(StrEnum):
    """The tabs of the list."""

    VALID = "valid"
    USED_UP = "used_up"
    EXPIRED = "expired"
    REVOKED = "revoked"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PassFilter:
    """What the list is narrowed to: days overlap those of the pass, whole and inclusive."""

    tab: Tab = Tab.VALID
    property_id: int | None = None
    day_from: date | None = None
    day_to: date | None = None
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != PassFilter(self.tab)


@dataclass(frozen=True, slots=True)
class Savings:
    """How often a company's passes were used, and what that saved its invitees or itself."""

    uses: int
    list_cents: int
    saved_cents: int


def pass_for(account_id: int, public_id: uuid.UUID) -> GuestPass | None:
    """One pass of a company, with what its page shows."""
    return db.session.scalar(
        _whole().where(GuestPass.account_id == account_id, GuestPass.public_id == public_id)
    )


def pass_by_id(public_id: uuid.UUID) -> GuestPass | None:
    """A pass whose address was signed by this house."""
    return db.session.scalar(_whole().where(GuestPass.public_id == public_id))


def pass_by_number(number: str) -> GuestPass | None:
    """A pass that was scanned."""
    return db.session.scalar(_whole().where(GuestPass.number == number))


def lock_pass(pass_id: int) -> GuestPass:
    """A pass, locked until the end of the transaction and loaded as it is now."""
    db.session.execute(select(GuestPass.id).where(GuestPass.id == pass_id).with_for_update())
    fresh = _whole().where(GuestPass.id == pass_id).execution_options(populate_existing=True)
    return db.session.scalars(fresh).one()


def taken_slots(account_id: int, quarter_on: date) -> set[int]:
    """Which of a quarter's passes are given."""
    statement = select(GuestPass.slot).where(
        GuestPass.account_id == account_id, GuestPass.quarter_on == quarter_on, GuestPass.slot.is_not(None)
    )
    return {slot for slot in db.session.scalars(statement) if slot is not None}


def is_number_taken(number: str) -> bool:
    return db.session.scalar(select(GuestPass.id).where(GuestPass.number == number)) is not None


def uses_of(pass_id: int, *, limit: int = USES_SHOWN) -> list[PassUse]:
    """The uses of a pass, latest first, undone ones included and marked."""
    statement = (
        select(PassUse)
        .options(joinedload(PassUse.property), joinedload(PassUse.by))
        .where(PassUse.pass_id == pass_id)
        .order_by(PassUse.at.desc(), PassUse.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def use_by_token(token: uuid.UUID) -> PassUse | None:
    """The use that a form made, with its pass."""
    statement = select(PassUse).join(PassUse.guest_pass).options(contains_eager(PassUse.guest_pass))
    return db.session.scalar(statement.where(PassUse.public_id == token))


def use_at(token: uuid.UUID, *, property_ids: Collection[int]) -> PassUse | None:
    """One use at one of these hotels, with its pass and the hotel."""
    statement = (
        select(PassUse)
        .join(PassUse.guest_pass)
        .options(contains_eager(PassUse.guest_pass), joinedload(PassUse.property))
        .where(PassUse.public_id == token, PassUse.property_id.in_(property_ids))
    )
    return db.session.scalar(statement)


def last_use_at(pass_id: int) -> datetime | None:
    """When a pass was last used."""
    return db.session.scalar(
        select(func.max(PassUse.at)).where(PassUse.pass_id == pass_id, PassUse.undone_at.is_(None))
    )


def passes(
    account_id: int, *, only: PassFilter, today: date, after: str | None = None, limit: int = PAGE_SIZE
) -> Page[GuestPass]:
    """A page of a company's passes, latest first."""
    statement = (
        _whole()
        .where(GuestPass.account_id == account_id, *_conditions(only, today))
        .order_by(GuestPass.issued_at.desc(), GuestPass.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        issued_at, pass_id = key
        earlier = and_(GuestPass.issued_at == issued_at, GuestPass.id < pass_id)
        statement = statement.where(or_(GuestPass.issued_at < issued_at, earlier))
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].issued_at.isoformat(), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def counts(account_id: int, *, only: PassFilter, today: date) -> dict[Tab, int]:
    """How many passes each tab holds under the other filters."""
    columns = [func.count(GuestPass.id).filter(*_tab_conditions(tab, today)).label(tab.value) for tab in Tab]
    statement = select(*columns).where(
        GuestPass.account_id == account_id, *_conditions(replace(only, tab=Tab.ALL), today)
    )
    row = db.session.execute(statement).one()
    return {tab: int(getattr(row, tab.value)) for tab in Tab}


def saved_of(account_id: int, pass_ids: Sequence[int] | None = None) -> dict[int, int]:
    """What each of a company's passes has saved, in cents; of these alone where they are named."""
    statement = (
        select(PassUse.pass_id, integer_sum(PassUse.list_cents - PassUse.pays_cents))
        .join(GuestPass, GuestPass.id == PassUse.pass_id)
        .where(GuestPass.account_id == account_id, PassUse.undone_at.is_(None))
        .group_by(PassUse.pass_id)
    )
    if pass_ids is not None:
        statement = statement.where(PassUse.pass_id.in_(pass_ids))
    return dict(db.session.execute(statement).all())


def savings(
    account_id: int, *, since: datetime, until: datetime | None = None, property_id: int | None = None
) -> Savings:
    """What a company's passes came to between two instants, at all hotels or at one."""
    saved = integer_sum(PassUse.list_cents - PassUse.pays_cents)
    statement = (
        select(func.count(PassUse.id), integer_sum(PassUse.list_cents), saved)
        .join(GuestPass, GuestPass.id == PassUse.pass_id)
        .where(GuestPass.account_id == account_id, PassUse.undone_at.is_(None), PassUse.at >= since)
    )
    if until is not None:
        statement = statement.where(PassUse.at < until)
    if property_id is not None:
        statement = statement.where(PassUse.property_id == property_id)
    return Savings(*(int(each) for each in db.session.execute(statement).one()))


def named(account_id: int, text: str, *, limit: int) -> list[GuestPass]:
    """A company's passes that answer to a text, latest first."""
    if not query_forms(text):
        return []
    statement = (
        _whole()
        .where(GuestPass.account_id == account_id, _answers(text))
        .order_by(GuestPass.issued_at.desc(), GuestPass.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def outlived(day: date, *, limit: int) -> list[GuestPass]:
    """Passes whose last day lies before a day and whose invitee is still remembered."""
    statement = (
        select(GuestPass)
        .where(GuestPass.last_on < day, GuestPass.forgotten_at.is_(None))
        .order_by(GuestPass.last_on, GuestPass.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.scalars(statement))


def personal_data(person_id: int) -> list[dict[str, Any]]:
    """The passes that a person gave, for their own export; of their invitees it tells nothing."""
    statement = (
        select(GuestPass)
        .options(joinedload(GuestPass.account))
        .where(GuestPass.issued_by_id == person_id)
        .order_by(GuestPass.issued_at, GuestPass.id)
        .limit(PERSONAL_LIMIT)
    )
    return [
        {
            "number": each.number,
            "company": each.account.name,
            "issued_at": each.issued_at.isoformat(),
            "uses": each.uses,
            "used": each.used,
        }
        for each in db.session.scalars(statement)
    ]


def _whole() -> Select[GuestPass]:
    return select(GuestPass).options(
        joinedload(GuestPass.account), joinedload(GuestPass.property), joinedload(GuestPass.issued_by)
    )


def _conditions(only: PassFilter, today: date) -> list[ColumnElement[bool]]:
    conditions = list(_tab_conditions(only.tab, today))
    if only.property_id is not None:
        conditions.append(or_(GuestPass.property_id == only.property_id, GuestPass.property_id.is_(None)))
    if only.day_from is not None:
        conditions.append(GuestPass.last_on >= only.day_from)
    if only.day_to is not None:
        conditions.append(GuestPass.first_on <= only.day_to)
    if only.text:
        conditions.append(_answers(only.text))
    return conditions


def _answers(text: str) -> ColumnElement[bool]:
    """Every word stands in the invitee's name or address, or in the number of the pass."""
    key = GuestPass.search_key
    words = [[key.contains(word, autoescape=True) for word in form.split()] for form in query_forms(text)]
    return or_(false(), *(and_(*each) for each in words))


def _tab_conditions(tab: Tab, today: date) -> tuple[ColumnElement[bool], ...]:
    stands, is_left = GuestPass.revoked_at.is_(None), GuestPass.used < GuestPass.uses
    return {
        Tab.VALID: (stands, is_left, GuestPass.last_on >= today),
        Tab.USED_UP: (stands, ~is_left),
        Tab.EXPIRED: (stands, is_left, GuestPass.last_on < today),
        Tab.REVOKED: (~stands,),
        Tab.ALL: (true(),),
    }[tab]

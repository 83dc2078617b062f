"""Reading the catalogue of souvenirs, and what each hotel has of it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload, undefer
from sqlalchemy.sql.base import ExecutableOption

from portal.corporate.souvenirs.models import (
    Souvenir,
    SouvenirPicture,
    SouvenirStock,
    SouvenirTerms,
    StockMove,
)
from portal.database import db
from portal.hotel.models import Property
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_instant_key, decode_key, encode_key

PAGE_SIZE = 24
MOVES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class SouvenirFilter:
    """What the catalogue is narrowed to."""

    text: str = ""
    property_id: int | None = None
    """Only what this hotel still has."""
    most_points: int | None = None
    is_offered: bool | None = None
    sets: bool | None = None
    """Only sets on arrival, or none of them."""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text) or self.property_id is not None or self.most_points is not None

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if forms := query_forms(self.text):
            found.append(
                or_(
                    *(
                        and_(*(Souvenir.search_key.contains(w, autoescape=True) for w in f.split()))
                        for f in forms
                    )
                )
            )
        if self.property_id is not None:
            found.append(Souvenir.id.in_(_there_is_left(self.property_id)))
        if self.most_points is not None:
            found.append(Souvenir.points <= self.most_points)
        if self.is_offered is not None:
            since = Souvenir.on_sale_since
            found.append(since.is_not(None) if self.is_offered else since.is_(None))
        if self.sets is not None:
            found.append(Souvenir.arrival_set.is_not(None) if self.sets else Souvenir.arrival_set.is_(None))
        return found


def souvenirs(only: SouvenirFilter, *, after: str | None = None, limit: int = PAGE_SIZE) -> Page[Souvenir]:
    """Souvenirs with their stock by hotel: those for points from the cheapest, then what is given."""
    price = func.coalesce(Souvenir.points, 2**31)
    statement = (
        select(Souvenir, price.label("price"))
        .options(*_with_stock())
        .where(*only.conditions())
        .order_by(price, Souvenir.id)
        .limit(limit + 1)
    )
    if (key := decode_key(after, int, int)) is not None:
        statement = statement.where(or_(price > key[0], and_(price == key[0], Souvenir.id > key[1])))
    found = db.session.execute(statement).all()
    rows = [row.Souvenir for row in found[:limit]]
    more = encode_key(int(found[limit - 1].price), rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def counts(only: SouvenirFilter) -> tuple[int, int]:
    """How many are offered and how many are not, under the other filters."""
    offered = func.count(Souvenir.on_sale_since)
    statement = select(offered, func.count(Souvenir.id) - offered).where(*only.conditions())
    first, second = db.session.execute(statement).one()
    return int(first), int(second)


def souvenir(public_id: uuid.UUID) -> Souvenir | None:
    """One souvenir with its stock by hotel."""
    statement = select(Souvenir).options(*_with_stock()).where(Souvenir.public_id == public_id)
    return db.session.scalar(statement)


def set_given(word: str) -> Souvenir | None:
    """The souvenir that is given on arrival for this word of the rules; none while it is not offered."""
    statement = (
        select(Souvenir)
        .options(*_with_stock())
        .where(Souvenir.arrival_set == word, Souvenir.on_sale_since.is_not(None))
    )
    return db.session.scalar(statement)


def picture(public_id: uuid.UUID, digest: str) -> bytes | None:
    """The photograph of a souvenir under the name that its pages give."""
    statement = (
        select(SouvenirPicture)
        .join(SouvenirPicture.souvenir)
        .options(undefer(SouvenirPicture.content))
        .where(Souvenir.public_id == public_id, SouvenirPicture.digest == digest)
    )
    found = db.session.scalar(statement)
    return found.content if found is not None else None


def terms() -> SouvenirTerms:
    """What the manager has set; the row comes with the tables."""
    return db.session.get_one(SouvenirTerms, 1)


def locked_stock(souvenir_id: int, property_id: int) -> SouvenirStock | None:
    """What a hotel has of a souvenir, locked until the transaction ends."""
    statement = select(SouvenirStock).where(
        SouvenirStock.souvenir_id == souvenir_id, SouvenirStock.property_id == property_id
    )
    return db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))


def available(souvenir_id: int, property_id: int) -> int:
    """How many can still be promised."""
    statement = select(SouvenirStock.on_hand - SouvenirStock.reserved).where(
        SouvenirStock.souvenir_id == souvenir_id, SouvenirStock.property_id == property_id
    )
    return db.session.scalar(statement) or 0


def moves(
    souvenir_id: int,
    *,
    property_ids: Sequence[int],
    after: str | None = None,
    limit: int = MOVES_SHOWN,
) -> Page[tuple[StockMove, Property]]:
    """What changed on hand at these hotels, the latest first."""
    statement = (
        select(StockMove, Property)
        .join(SouvenirStock, SouvenirStock.id == StockMove.stock_id)
        .join(Property, Property.id == SouvenirStock.property_id)
        .options(joinedload(StockMove.by))
        .where(SouvenirStock.souvenir_id == souvenir_id, Property.id.in_(property_ids))
        .order_by(StockMove.at.desc(), StockMove.id.desc())
        .limit(limit + 1)
    )
    if (key := decode_instant_key(after)) is not None:
        at, one = key
        same = and_(StockMove.at == at, StockMove.id < one)
        statement = statement.where(or_(StockMove.at < at, same))
    found = [(row.StockMove, row.Property) for row in db.session.execute(statement)]
    rows = found[:limit]
    last = rows[-1][0] if rows else None
    more = encode_key(last.at.isoformat(), last.id) if last is not None and len(found) > limit else None
    return Page(rows, more)


def running_low(property_ids: Sequence[int] | None, *, limit: int) -> list[SouvenirStock]:
    """What is offered and nearly gone at these hotels, or at any; the longest first."""
    statement = (
        select(SouvenirStock)
        .join(SouvenirStock.souvenir)
        .options(contains_eager(SouvenirStock.souvenir), joinedload(SouvenirStock.house))
        .where(
            SouvenirStock.low_since.is_not(None),
            Souvenir.on_sale_since.is_not(None),
            true() if property_ids is None else SouvenirStock.property_id.in_(property_ids),
        )
        .order_by(SouvenirStock.low_since, SouvenirStock.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def _with_stock() -> tuple[ExecutableOption, ...]:
    by_house = selectinload(Souvenir.stocks).joinedload(SouvenirStock.house)
    return (joinedload(Souvenir.picture), by_house)


def _there_is_left(property_id: int) -> Select[int]:
    return select(SouvenirStock.souvenir_id).where(
        SouvenirStock.property_id == property_id, SouvenirStock.on_hand > SouvenirStock.reserved
    )

"""Reads of companies, their people and their cards."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload

from portal.accounts.models import Account, AccountCode, Card
from portal.database import db
from portal.people.models import CLIENT_ROLES, Grant, Person
from portal.web.folding import query_forms
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30
PEOPLE_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Headcount:
    """The people of a company, and their cards that are not blocked."""

    people: int
    cards: int


def account(account_id: int) -> Account | None:
    return db.session.scalar(
        select(Account).options(joinedload(Account.manager)).where(Account.id == account_id)
    )


def account_by_public_id(public_id: uuid.UUID) -> Account | None:
    return db.session.scalar(
        select(Account).options(joinedload(Account.manager)).where(Account.public_id == public_id)
    )


def accounts_by_ids(account_ids: tuple[int, ...]) -> list[Account]:
    """The companies with these ids, by name."""
    found = select(Account).where(Account.id.in_(account_ids)).order_by(Account.search_key, Account.id)
    return list(db.session.scalars(found))


def card_by_number(number: str) -> Card | None:
    """A card with its holder, their roles and company, blocked or not."""
    statement = (
        select(Card)
        .options(joinedload(Card.holder).selectinload(Person.grants), joinedload(Card.account))
        .where(Card.number == number)
    )
    return db.session.scalar(statement)


def card_of(public_id: uuid.UUID, *, account_ids: tuple[int, ...]) -> Card | None:
    """A card within these companies."""
    statement = (
        select(Card)
        .options(joinedload(Card.holder), joinedload(Card.account))
        .where(Card.public_id == public_id, Card.account_id.in_(account_ids))
    )
    return db.session.scalar(statement)


def living_card(*, account_id: int, holder_id: int) -> Card | None:
    """The card of a traveller that is not blocked, if they have one: the latest."""
    statement = (
        select(Card)
        .options(joinedload(Card.holder), joinedload(Card.account))
        .where(Card.account_id == account_id, Card.holder_id == holder_id, Card.blocked_at.is_(None))
        .order_by(Card.issued_at.desc(), Card.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def last_card(*, account_id: int, holder_id: int) -> Card | None:
    """The card that a traveller of a company was last issued, blocked or not."""
    statement = (
        select(Card)
        .options(joinedload(Card.holder), joinedload(Card.account))
        .where(Card.account_id == account_id, Card.holder_id == holder_id)
        .order_by(Card.issued_at.desc(), Card.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def issued_after(card: Card) -> datetime | None:
    """When the holder of a card was issued another one in its place; none when they were not."""
    statement = select(func.min(Card.issued_at)).where(
        Card.account_id == card.account_id, Card.holder_id == card.holder_id, Card.id > card.id
    )
    return db.session.scalar(statement)


def is_usable() -> ColumnElement[bool]:
    """That a card is not blocked and its holder still belongs to the company; as a condition on cards."""
    belongs = (
        select(Grant.id)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.person_id == Card.holder_id,
            Grant.account_id == Card.account_id,
            Grant.ended_at.is_(None),
            Person.left_at.is_(None),
        )
        .correlate(Card)
    )
    return and_(Card.blocked_at.is_(None), belongs.exists())


def cards_named(query: str, *, limit: int) -> list[Card]:
    """Living cards whose holder or company answers to the query, in any alphabet or keyboard layout.

    Whoever has left the company, or was let go by the house, is not among their holders.
    """
    if not query_forms(query):
        return []
    statement = (
        select(Card)
        .join(Card.holder)
        .join(Card.account)
        .options(contains_eager(Card.holder), contains_eager(Card.account))
        .where(
            is_usable(),
            _answers(query, Person.search_key, Account.search_key),
        )
        .order_by(Person.search_key, Card.id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def cards_of_people(holder_ids: Collection[int]) -> list[Card]:
    """The cards of these people that may be used, with their companies, by name."""
    statement = (
        select(Card)
        .join(Card.holder)
        .options(contains_eager(Card.holder), joinedload(Card.account))
        .where(Card.holder_id.in_(holder_ids), is_usable())
        .order_by(Person.search_key, Card.id)
        .limit(PEOPLE_LIMIT)
    )
    return list(db.session.scalars(statement))


def cards_of_holders(*, account_id: int, holder_ids: list[int]) -> dict[int, Card]:
    """The living card of each of these people of a company."""
    statement = (
        select(Card)
        .where(Card.account_id == account_id, Card.holder_id.in_(holder_ids), Card.blocked_at.is_(None))
        .order_by(Card.issued_at, Card.id)
    )
    return {card.holder_id: card for card in db.session.scalars(statement)}


def card_numbers(account_id: int) -> dict[int, str]:
    """The number of the living card of everybody of a company who has one."""
    statement = (
        select(Card.holder_id, Card.number)
        .where(Card.account_id == account_id, Card.blocked_at.is_(None))
        .order_by(Card.issued_at, Card.id)
    )
    return {row.holder_id: row.number for row in db.session.execute(statement)}


def people_of(
    account_id: int, *, text: str = "", after: str | None = None, limit: int = PAGE_SIZE
) -> Page[Person]:
    """The people of a company by name, with all their grants; whoever has left it is not among them."""
    in_company = select(Grant.person_id).where(
        Grant.account_id == account_id, Grant.role.in_(sorted(CLIENT_ROLES)), Grant.ended_at.is_(None)
    )
    statement = (
        select(Person)
        .options(selectinload(Person.grants))
        .where(Person.id.in_(in_company))
        .order_by(Person.search_key, Person.id)
        .limit(limit + 1)
    )
    if query_forms(text):
        statement = statement.where(_answers(text, Person.search_key))
    if (key := decode_key(after, str, int)) is not None:
        name, person_id = key
        statement = statement.where(
            or_(Person.search_key > name, (Person.search_key == name) & (Person.id > person_id))
        )
    found = list(db.session.scalars(statement))
    rows = found[:limit]
    more = encode_key(rows[-1].search_key, rows[-1].id) if len(found) > limit else None
    return Page(rows, more)


def headcount(account_id: int) -> Headcount:
    """How many people a company has here, and how many living cards."""
    statement = select(
        select(func.count(Grant.person_id.distinct()))
        .where(Grant.account_id == account_id, Grant.role.in_(sorted(CLIENT_ROLES)), Grant.ended_at.is_(None))
        .scalar_subquery(),
        select(func.count(Card.id))
        .where(Card.account_id == account_id, Card.blocked_at.is_(None))
        .scalar_subquery(),
    )
    return Headcount(*db.session.execute(statement).one())


def person_of(public_id: uuid.UUID, *, account_id: int) -> Person | None:
    """One person of a company, with grants."""
    statement = (
        select(Person)
        .options(selectinload(Person.grants))
        .join(Grant, Grant.person_id == Person.id)
        .where(Person.public_id == public_id, Grant.account_id == account_id, Grant.ended_at.is_(None))
        .limit(1)
    )
    return db.session.scalar(statement)


def account_by_code(*, source: str, code: str) -> Account | None:
    """The company that a hotel system calls so."""
    statement = (
        select(Account)
        .join(Account.codes)
        .options(joinedload(Account.manager))
        .where(AccountCode.source == source, AccountCode.code == code)
    )
    return db.session.scalar(statement)


def grants_in(account_id: int, *, person_id: int) -> list[Grant]:
    """The roles that a person holds in a company now."""
    statement = (
        select(Grant)
        .where(Grant.account_id == account_id, Grant.person_id == person_id, Grant.ended_at.is_(None))
        .order_by(Grant.id)
    )
    return list(db.session.scalars(statement))


def _answers(query: str, *keys: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether every word of the query stands in one of the keys, in whatever order it was typed."""
    return or_(
        *(
            and_(*(or_(*(key.contains(word, autoescape=True) for key in keys)) for word in form.split()))
            for form in query_forms(query)
        )
    )

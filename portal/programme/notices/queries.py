"""To whom the programme writes, and which of their points are about to die."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from portal.accounts.models import Account
from portal.database import db, integer_sum
from portal.people.models import Grant, Person, Role
from portal.programme.books.rules import Expiring
from portal.programme.ledger.models import LotRecord


def accounts_with_administrators(account_ids: Collection[int]) -> dict[int, tuple[Account, list[Person]]]:
    """These accounts with the people who run them and can be written to, by name."""
    people = administrators(account_ids)
    accounts = select(Account).where(Account.id.in_(account_ids)).order_by(Account.id)
    return {account.id: (account, people.get(account.id, [])) for account in db.session.scalars(accounts)}


def ever_administrators(account_ids: Collection[int]) -> dict[int, list[int]]:
    """Who runs these accounts, or ever did."""
    statement = (
        select(Grant.account_id, Grant.person_id)
        .where(Grant.account_id.in_(account_ids), Grant.role == Role.ACCOUNT_ADMINISTRATOR.value)
        .distinct()
        .order_by(Grant.account_id, Grant.person_id)
    )
    found: dict[int, list[int]] = {}
    for account_id, person_id in db.session.execute(statement):
        if account_id is not None:
            found.setdefault(account_id, []).append(person_id)
    return found


def administrators(account_ids: Collection[int]) -> dict[int, list[Person]]:
    """Who runs these accounts and can be written to, by name; an account that nobody runs is left out."""
    statement = (
        select(Grant.account_id, Person)
        .join(Person, Person.id == Grant.person_id)
        .where(
            Grant.account_id.in_(account_ids),
            Grant.role == Role.ACCOUNT_ADMINISTRATOR.value,
            Grant.ended_at.is_(None),
            Person.left_at.is_(None),
            Person.email.is_not(None),
        )
        .order_by(Grant.account_id, Person.search_key, Person.id)
    )
    found: dict[int, list[Person]] = {}
    for account_id, person in db.session.execute(statement):
        if account_id is not None:
            found.setdefault(account_id, []).append(person)
    return found


def deaths_on(account_ids: Collection[int], days: Collection[date]) -> dict[int, list[Expiring]]:
    """How many active points of these accounts die after each of these days, soonest first, by account."""
    statement = (
        select(LotRecord.account_id, LotRecord.expires_on, integer_sum(LotRecord.active))
        .where(LotRecord.account_id.in_(account_ids), LotRecord.expires_on.in_(days), LotRecord.active > 0)
        .group_by(LotRecord.account_id, LotRecord.expires_on)
        .order_by(LotRecord.account_id, LotRecord.expires_on)
    )
    found: dict[int, list[Expiring]] = {}
    for account_id, expires_on, points in db.session.execute(statement).all():
        found.setdefault(account_id, []).append(Expiring(expires_on, points))
    return found

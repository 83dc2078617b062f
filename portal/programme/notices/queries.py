"""To whom the programme writes."""

from collections.abc import Collection

from sqlalchemy import select

from portal.accounts.models import Account
from portal.database import db
from portal.people.models import Grant, Person, Role


def accounts_with_administrators(account_ids: Collection[int]) -> dict[int, tuple[Account, list[Person]]]:
    """These accounts with the people who run them and can be written to, by name."""
    accounts = select(Account).where(Account.id.in_(account_ids)).order_by(Account.id)
    found: dict[int, tuple[Account, list[Person]]] = {
        account.id: (account, []) for account in db.session.scalars(accounts)
    }
    people = (
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
    for account_id, person in db.session.execute(people):
        if account_id is not None:
            found[account_id][1].append(person)
    return found

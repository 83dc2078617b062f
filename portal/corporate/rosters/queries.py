"""Whom of a file a company has already."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from portal.accounts.models import Account
from portal.corporate.rosters.rules import Known, Told
from portal.database import db
from portal.people.models import CLIENT_ROLES, Grant, Invitation, Person
from portal.people.rules import fold_address
from portal.web.folding import search_key


def lock_account(account_id: int) -> None:
    """Let the administrators of one company queue up."""
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())


def known(account_id: int, rows: Sequence[Told], *, at: datetime) -> Known:
    """Whom of these rows the company has, or has invited."""
    addresses = {fold_address(row.email) for row in rows if row.email}
    names = {search_key(row.name) for row in rows if not row.email}
    roles: dict[str, set[str]] = {}
    for email, role in db.session.execute(_members(account_id, addresses)):
        roles.setdefault(email or "", set()).add(role)
    invited = select(Invitation.email).where(
        Invitation.account_id == account_id,
        Invitation.email.in_(addresses),
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > at,
    )
    travellers = (
        select(Person.search_key)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.account_id == account_id,
            Grant.ended_at.is_(None),
            Person.email.is_(None),
            Person.search_key.in_(names),
        )
    )
    return Known(roles, set(db.session.scalars(invited)), set(db.session.scalars(travellers)))


def _members(account_id: int, addresses: Collection[str]) -> Select[str | None, str]:
    return (
        select(Person.email, Grant.role)
        .join(Grant, Grant.person_id == Person.id)
        .where(
            Grant.account_id == account_id,
            Grant.ended_at.is_(None),
            Grant.role.in_(sorted(CLIENT_ROLES)),
            Person.email.in_(addresses),
        )
    )

"""Reading invitations, by whose they are."""

import uuid
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.people import rules
from portal.people.invitations.rules import inviting_role
from portal.people.models import Invitation
from portal.people.roles.queries import holds_role
from portal.people.roles.rules import Place
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose invitations somebody deals with: those of some companies, those of the hotel, or both."""

    account_ids: tuple[int, ...] = ()
    is_house: bool = False

    def covers(self) -> ColumnElement[bool]:
        parts: list[ColumnElement[bool]] = []
        if self.account_ids:
            parts.append(Invitation.account_id.in_(self.account_ids))
        if self.is_house:
            parts.append(Invitation.account_id.is_(None))
        return or_(false(), *parts)


def invitations(reach: Reach, *, after: str | None) -> Page[Invitation]:
    """Invitations within reach with whoever sent them, the latest first."""
    statement = select(Invitation).options(joinedload(Invitation.invited_by)).where(reach.covers())
    if key := decode_key(after, int):
        statement = statement.where(Invitation.id < key[0])
    found = list(db.session.scalars(statement.order_by(Invitation.id.desc()).limit(PAGE_SIZE + 1)))
    return Page(found[:PAGE_SIZE], encode_key(found[PAGE_SIZE - 1].id) if len(found) > PAGE_SIZE else None)


def invitation_within(reach: Reach, public_id: uuid.UUID) -> Invitation | None:
    """One invitation within reach."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.invited_by))
        .where(reach.covers(), Invitation.public_id == public_id)
    )
    return db.session.scalar(statement)


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation of a letter with whoever sent it, whatever became of it."""
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.invited_by))
        .where(Invitation.token_digest == rules.digest(token))
    )
    return db.session.scalar(statement)


def is_sender_entitled(invitation: Invitation) -> bool:
    """Whether whoever sent it may still invite to where it leads."""
    account_id = invitation.account_id
    return holds_role(invitation.invited_by_id, inviting_role(account_id), Place(account_id=account_id))

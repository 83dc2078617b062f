"""Proposing, agreeing to and ending the link of two companies."""

import uuid
from datetime import datetime

from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.corporate.families import emails, queries, rules
from portal.corporate.families.models import FamilyLink, Side
from portal.database import db


def propose(*, parent_id: int, subsidiary_id: int, by: int, at: datetime) -> FamilyLink:
    """Ask two companies whether the one belongs to the other.

    Raises `SameCompany`, `NobodyToAgree`, `HasParent`, `FamilyInCircle`, `FamilyTooDeep`, `FamilyTooLarge`.
    """
    parent, subsidiary = db.session.get_one(Account, parent_id), db.session.get_one(Account, subsidiary_id)
    rules.check_companies(parent, subsidiary)
    queries.lock_families()
    if (living := queries.living_link(subsidiary.id)) is not None:
        raise rules.HasParent(parent=living.parent.name)
    rules.check_shape(queries.living_parents(), parent_id=parent.id, subsidiary_id=subsidiary.id)
    link = FamilyLink(
        public_id=uuid.uuid4(),
        parent=parent,
        subsidiary=subsidiary,
        proposed_by_id=by,
        proposed_at=at,
    )
    db.session.add(link)
    db.session.flush()
    for account_id, people in queries.administrators((parent.id, subsidiary.id)).items():
        for person in people:
            emails.proposed(link=link, side=link.side_of(account_id), to=person, at=at)
    _record("family.propose", link, by=by, at=at)
    return link


def agree(*, public_id: uuid.UUID, account_id: int, by: int, at: datetime) -> FamilyLink:
    """One of the two companies says yes. Raises `LinkEnded`, `AgreedAlready`."""
    link = _locked(public_id, account_id)
    side = link.side_of(account_id)
    rules.check_agrees(link, side)
    if side is Side.PARENT:
        link.parent_agreed_at, link.parent_agreed_by_id = at, by
    else:
        link.subsidiary_agreed_at, link.subsidiary_agreed_by_id = at, by
    db.session.flush()
    _record("family.agree", link, by=by, at=at)
    return link


def end(*, public_id: uuid.UUID, account_id: int, side: Side, by: int, at: datetime) -> FamilyLink:
    """One of the two, or the hotel, says no, or ends what held. Raises `LinkEnded`."""
    link = _locked(public_id, account_id)
    rules.check_ends(link)
    link.ended_at, link.ended_by_id, link.ended_by_side = at, by, side
    db.session.flush()
    _record("family.end", link, by=by, at=at)
    return link


def _locked(public_id: uuid.UUID, account_id: int) -> FamilyLink:
    found = queries.link_of(public_id, account_id=account_id, lock=True)
    if found is None:
        raise LookupError(public_id)
    return found


def _record(action: str, link: FamilyLink, *, by: int, at: datetime) -> None:
    audit.record(
        action=action,
        subject_kind="family_link",
        subject_id=link.public_id,
        details={"parent": str(link.parent.public_id), "subsidiary": str(link.subsidiary.public_id)},
        by=by,
        at=at,
    )

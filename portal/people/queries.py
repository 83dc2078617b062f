"""Reading people, their roles, where they are signed in and who looked at them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.audit.models import Sight
from portal.database import db
from portal.people import rules
from portal.people.models import Person, SignIn
from portal.web.paging import Page, decode_key, encode_key

DEVICES_LIMIT = 50
EXPORT_LIMIT = 10_000
SIGHTS_PAGE = 30


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a person's data by somebody else; no viewer where that person was erased."""

    at: datetime
    page: str
    viewer: Person | None


def person(person_id: int) -> Person | None:
    return db.session.scalar(select(Person).where(Person.id == person_id))


def person_by_address(address: str) -> Person | None:
    """The person who signs in with an address, whether or not they have left."""
    return db.session.scalar(select(Person).where(Person.email == rules.fold_address(address)))


def person_with_grants(person_id: int) -> Person | None:
    """A person with every role they hold or held."""
    statement = select(Person).options(selectinload(Person.grants)).where(Person.id == person_id)
    return db.session.scalar(statement)


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """The names of people by id; who was erased is missing."""
    if not person_ids:
        return {}
    known = (Person.id.in_(person_ids), Person.erased_at.is_(None))
    statement = select(Person.id, Person.name).where(*known).order_by(Person.id)
    return {row.id: row.name for row in db.session.execute(statement)}


def devices_of(person_id: int, *, at: datetime) -> list[SignIn]:
    """The living sign-ins of a person, the one seen last first."""
    statement = (
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > at)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
        .limit(DEVICES_LIMIT)
    )
    return list(db.session.scalars(statement))


def device_of(person_id: int, public_id: uuid.UUID) -> SignIn | None:
    """One sign-in of this person."""
    return db.session.scalar(
        select(SignIn).where(SignIn.person_id == person_id, SignIn.public_id == public_id)
    )


def sign_ins_of(person_id: int) -> list[SignIn]:
    """All sign-ins of a person that are kept, the latest first."""
    statement = (
        select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.id.desc()).limit(EXPORT_LIMIT)
    )
    return list(db.session.scalars(statement))


def looks_at(person_id: int, *, after: str | None = None, limit: int = SIGHTS_PAGE) -> Page[Look]:
    """Who looked at a person's data, with the roles they hold now, the latest first."""
    statement = select(Sight).where(Sight.subject_id == person_id)
    if key := decode_key(after, int):
        statement = statement.where(Sight.id < key[0])
    sights = list(db.session.scalars(statement.order_by(Sight.id.desc()).limit(limit + 1)))
    viewers = _people_with_grants({sight.viewer_id for sight in sights})
    next_key = encode_key(sights[limit - 1].id) if len(sights) > limit else None
    return Page([Look(s.at, s.page, viewers.get(s.viewer_id)) for s in sights[:limit]], next_key)


def _people_with_grants(ids: Collection[int]) -> dict[int, Person]:
    statement = (
        select(Person)
        .options(selectinload(Person.grants))
        .where(Person.id.in_(ids), Person.erased_at.is_(None))
        .order_by(Person.id)
    )
    return {found.id: found for found in db.session.scalars(statement)}


def personal_data(person_id: int) -> dict[str, Any]:
    """What this room knows about a person, as plain JSON for their own export."""
    found = person_with_grants(person_id)
    if found is None:
        return {}
    looks = looks_at(person_id, limit=EXPORT_LIMIT).rows
    return {
        "profile": {
            "id": str(found.public_id),
            "name": found.name,
            "email": found.email,
            "language": found.locale,
            "theme": found.theme,
            "shortcuts": found.shortcuts,
            "needs": found.needs,
            "created_at": found.created_at.isoformat(),
        },
        "roles": [
            {"role": grant.role, "from": grant.granted_at.isoformat(), "until": _iso(grant.ended_at)}
            for grant in found.grants
        ],
        "sign_ins": [
            {
                "device": sign_in.device,
                "from": sign_in.started_at.isoformat(),
                "seen_at": sign_in.seen_at.isoformat(),
                "until": _iso(sign_in.ended_at),
            }
            for sign_in in sign_ins_of(person_id)
        ],
        "looked_at_by": [
            {
                "at": look.at.isoformat(),
                "page": look.page,
                "name": look.viewer.name if look.viewer else None,
            }
            for look in looks
        ],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None

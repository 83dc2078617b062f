"""Somebody leaves a company."""

import uuid
from datetime import datetime

from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.leaving import emails, queries, rules
from portal.corporate.leaving.models import Departure
from portal.corporate.leaving.rules import StillToCome
from portal.corporate.limits import queries as limits
from portal.database import db
from portal.hotel import queries as hotel
from portal.people.models import Person


def leave(
    *, account: Account, person: Person, successor_id: int | None, reason: str, by: int, at: datetime
) -> Departure:
    """End somebody's access at once, and hand what is still to come over to another of the company.

    Raises `SaidNothing`, `CannotTakeOver`, `LastAdministrator` or `PersonHasLeft`.
    """
    queries.lock_account(account.id)
    today = local_date(at, hotel.house_zone())
    found = queries.still_to_come(account.id, person_id=person.id, today=today, at=at)
    rules.check_said(found, successor_id=successor_id, reason=reason)
    able = {each.id: each for each in limits.candidates(account.id)}
    rules.check_successor(successor_id, able=able, person_id=person.id)
    accounts.end_access(person_id=person.id, account_id=account.id, by=by, at=at)
    departure = Departure(
        public_id=uuid.uuid4(),
        account_id=account.id,
        person_id=person.id,
        successor_id=successor_id if found.count else None,
        reason="" if successor_id is not None or not found.count else reason,
        handed=_hand_over(found, successor_id),
        by_id=by,
        at=at,
    )
    db.session.add(departure)
    db.session.flush()
    if successor_id is not None and found.count:
        emails.handed_over(
            departure=departure, found=found, company=account.name, person=person.name,
            to=able[successor_id], at=at,
        )  # fmt: skip
    _record(departure, person, found, by=by, at=at)
    return departure


def _hand_over(found: StillToCome, successor_id: int | None) -> dict[str, list[str]]:
    if successor_id is None:
        return {}
    for booking in found.bookings:
        booking.booked_by_id = successor_id
    for guest_pass in found.passes:
        guest_pass.issued_by_id = successor_id
    for registration in found.registrations:
        registration.registered_by_id = successor_id
    return {
        "bookings": [str(each.public_id) for each in found.bookings],
        "passes": [str(each.public_id) for each in found.passes],
        "registrations": [str(each.public_id) for each in found.registrations],
    }


def _record(departure: Departure, person: Person, found: StillToCome, *, by: int, at: datetime) -> None:
    audit.record(
        action="person.leave_company",
        subject_kind="person",
        subject_id=person.public_id,
        details={
            "bookings": len(found.bookings),
            "passes": len(found.passes),
            "registrations": len(found.registrations),
            "handed_over": departure.successor_id is not None,
        },
        by=by,
        at=at,
    )

"""Ask to be forgotten, take that back; refuse it, or carry it out through the whole house."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.database import db
from portal.people.erasures import emails, queries, rules, words
from portal.people.erasures.models import Erasure, Outcome
from portal.people.models import AddressChange, Invitation, Person, SignIn
from portal.people.roles import actions as roles
from portal.people.traces import actions as traces
from portal.web.folding import search_key
from portal.web.registries import Erased, EraseProvider


def ask(*, person_id: int, at: datetime) -> Erasure:
    """Note that a person wants to be forgotten; while a wish is open, it is that one."""
    wish = Erasure(public_id=uuid.uuid4(), person_id=person_id, asked_at=at, words="")
    try:
        with db.session.begin_nested():
            db.session.add(wish)
    except IntegrityError:
        known = queries.last_of(person_id)
        if known is None:
            raise
        return known
    _record("erasure.ask", wish, by=person_id, at=at)
    return wish


def withdraw(*, erasure: Erasure, at: datetime) -> None:
    """Take one's own wish back. Raises `SettledAlready`."""
    rules.check_open(erasure)
    _settle(erasure, Outcome.WITHDRAWN, by=erasure.person_id, at=at)
    _record("erasure.withdraw", erasure, by=erasure.person_id, at=at)


def refuse(*, erasure: Erasure, ground: str, said: str, by: int, at: datetime) -> None:
    """Keep the data on a ground of the law; the person is told. Raises `SettledAlready`, `OwnErasure`."""
    rules.check_decides(erasure, by=by)
    erasure.ground, erasure.words = ground, said
    _settle(erasure, Outcome.REFUSED, by=by, at=at)
    _record("erasure.refuse", erasure, by=by, at=at)
    person = _locked(erasure.person_id)
    if person.email is not None:
        emails.tell_refused(erasure=erasure, person=person, at=at)


def carry_out(*, erasure: Erasure, erasers: Iterable[EraseProvider], by: int, at: datetime) -> None:
    """Forget a person in every room: access ends, name, address and words go; sums and numbers stay.

    Raises `SettledAlready`, `OwnErasure`, and `LastAdministrator` where nobody would be left to run the
    group or a company.
    """
    rules.check_decides(erasure, by=by)
    person = _locked(erasure.person_id)
    roles.end_access(person_id=person.id, by=by, at=at)
    gone = Erased(person_id=person.id, name=person.name, email=person.email)
    for erase in erasers:
        erase(erased=gone, at=at)
    with force_locale(person.locale):
        instead = str(words.ERASED_PERSON)
    _drop_links(person)
    traces.wipe(person=person, instead=instead)
    person.name, person.search_key, person.needs = instead, search_key(instead), ""
    person.email = person.password_hash = None
    person.erased_at = at
    # Refusals of earlier wishes were letters to this person, too.
    own = update(Erasure).where(Erasure.person_id == person.id).values(words="")
    db.session.execute(own.execution_options(synchronize_session=False))
    _settle(erasure, Outcome.ERASED, by=by, at=at)
    _record("erasure.carry_out", erasure, by=by, at=at)


def _drop_links(person: Person) -> None:
    mine = SignIn.person_id == person.id
    db.session.execute(update(SignIn).where(mine).values(device=""))
    changes = AddressChange.person_id == person.id
    db.session.execute(update(AddressChange).where(changes).values(email=""))
    if person.email is not None:
        invited = Invitation.email == person.email
        db.session.execute(update(Invitation).where(invited).values(email="", name=""))


def _settle(erasure: Erasure, outcome: Outcome, *, by: int, at: datetime) -> None:
    erasure.outcome, erasure.settled_at, erasure.settled_by_id = outcome.value, at, by
    db.session.flush()


def _locked(person_id: int) -> Person:
    return db.session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()


def _record(action: str, erasure: Erasure, *, by: int, at: datetime) -> None:
    audit.record(action=action, subject_kind="erasure", subject_id=erasure.public_id, by=by, at=at)

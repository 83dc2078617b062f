"""Ask to be forgotten, take that back; refuse it, or carry it out through the whole house."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.audit import actions as audit
from portal.clock import local_date, local_midnight
from portal.database import db
from portal.jobs import actions as jobs
from portal.people.erasures import emails, queries, rules, words
from portal.people.erasures.models import Erasure, Outcome
from portal.people.erasures.rules import Note
from portal.people.models import AddressChange, Invitation, Person, SignIn
from portal.people.roles import actions as roles
from portal.people.traces import queries as traces
from portal.people.traces.rules import Sought
from portal.web.folding import search_key
from portal.web.registries import Erased, EraseProvider

WIPE = "erasures.wipe"


def ask(*, person_id: int, at: datetime) -> Erasure:
    """Note that a person wants to be forgotten; while a wish is open, it is that one."""
    return _open(
        Erasure(public_id=uuid.uuid4(), person_id=person_id, asked_at=at, words=""), by=person_id, at=at
    )


def note_down(*, person: Person, note: Note, zone: str, by: int, at: datetime) -> Erasure:
    """Note a wish that came by letter, mail, telephone or in person: who has left cannot sign in to ask.

    The thirty days count from the day on which it came. Raises `ErasedAlready`, `OwnErasure`,
    `AskedTooEarly`.
    """
    rules.check_noted(
        person_id=person.id,
        erased_at=person.erased_at,
        asked_on=note.asked_on,
        today=local_date(at, zone),
        by=by,
    )
    wish = Erasure(
        public_id=uuid.uuid4(), person_id=person.id, asked_at=min(at, local_midnight(note.asked_on, zone)),
        words="", noted_by_id=by, channel=note.channel.value, proof=note.proof,
    )  # fmt: skip
    return _open(wish, by=by, at=at)


def withdraw(*, erasure: Erasure, by: int, at: datetime) -> None:
    """Take a wish back: one's own, or one that was noted for somebody.

    Raises `SettledAlready`, `BegunAlready`.
    """
    rules.check_open(erasure)
    _settle(erasure, Outcome.WITHDRAWN, by=by, at=at)
    _record("erasure.withdraw", erasure, by=by, at=at)


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

    At once nobody can sign in as them or find them; the worker goes through the texts of the house, which
    takes longer than a page may. Raises `SettledAlready`, `BegunAlready`, `OwnErasure`, and
    `LastAdministrator` where nobody would be left to run the group or a company.
    """
    rules.check_decides(erasure, by=by)
    person = _locked(erasure.person_id)
    roles.end_access(person_id=person.id, by=by, at=at)
    with force_locale(person.locale):
        instead = str(words.ERASED_PERSON)
    gone = Erased(person_id=person.id, name=person.name, email=person.email)
    for erase in erasers:
        erase(erased=gone, at=at)
    _drop_links(person)
    erasure.begun_at, erasure.begun_by_id = at, by
    erasure.sought_name, erasure.sought_email = person.name, person.email
    person.name, person.search_key, person.needs = instead, search_key(instead), ""
    person.email = person.password_hash = None
    person.erased_at = at
    # Refusals of earlier wishes were letters to this person, too, and how a wish came is told of them.
    own = update(Erasure).where(Erasure.person_id == person.id).values(words="")
    db.session.execute(own.execution_options(synchronize_session=False))
    _begin_wiping(erasure, by=by, at=at)
    _record("erasure.begin", erasure, by=by, at=at)


def go_on(*, erasure: Erasure, is_at_work: bool, by: int, at: datetime) -> None:
    """Take up an erasure whose work was cancelled or given up.

    Raises `NotBegun`, `StillGoingOn`, `SettledAlready`.
    """
    rules.check_goes_on(erasure, is_at_work=is_at_work)
    _begin_wiping(erasure, by=by, at=at)


def sought_by(erasure: Erasure) -> Sought:
    """Whose traces an erasure that was begun looks for."""
    name = erasure.sought_name or ""
    has_namesake = traces.has_namesake(person_id=erasure.person_id, name=name)
    return Sought(erasure.person_id, name, erasure.sought_email, has_namesake=has_namesake)


def finish(*, erasure: Erasure, rows: int, at: datetime) -> None:
    """Every text was looked at: the wish is settled, and what was looked for is forgotten, too."""
    begun_by_id = erasure.begun_by_id
    if begun_by_id is None:
        raise rules.NotBegun
    erasure.sought_name = erasure.sought_email = None
    _settle(erasure, Outcome.ERASED, by=begun_by_id, at=at)
    _record("erasure.carry_out", erasure, by=begun_by_id, at=at, rows=rows)


def _open(wish: Erasure, *, by: int, at: datetime) -> Erasure:
    person_id = wish.person_id
    try:
        with db.session.begin_nested():
            db.session.add(wish)
    except IntegrityError:
        known = queries.last_of(person_id)
        if known is None:
            raise
        return known
    _record("erasure.ask", wish, by=by, at=at, channel=wish.channel)
    return wish


def _begin_wiping(erasure: Erasure, *, by: int, at: datetime) -> None:
    payload = {"erasure": str(erasure.public_id)}
    erasure.job_id = jobs.enqueue(kind=WIPE, payload=payload, owner_id=by, at=at).public_id
    db.session.flush()


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


def _record(action: str, erasure: Erasure, *, by: int, at: datetime, **details: object) -> None:
    audit.record(
        action=action, subject_kind="erasure", subject_id=erasure.public_id, details=details, by=by, at=at
    )

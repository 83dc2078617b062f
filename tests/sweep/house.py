"""The demo, served for real, and what stands in the addresses of its pages."""

import fcntl
import json
import re
import shutil
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy import select, update
from werkzeug.serving import make_server

from portal.accounts.models import Account, Card
from portal.config import Settings
from portal.corporate.agreements.models import AgreementVersion
from portal.corporate.applications.models import Application
from portal.corporate.bookings.models import Booking
from portal.corporate.enquiries.models import Enquiry
from portal.corporate.event_wishes import rules as event_wishes
from portal.corporate.families.models import FamilyLink
from portal.corporate.passes import rules as pass_rules
from portal.corporate.passes.models import GuestPass
from portal.corporate.payments.models import BillPayment
from portal.corporate.quotes.models import PriceQuote
from portal.corporate.registrations import emails as event_letters
from portal.corporate.registrations.models import EventGuest
from portal.corporate.reservations.models import Reservation
from portal.corporate.souvenirs.models import Souvenir
from portal.database import db, transaction
from portal.demo import events, passes, people
from portal.factory import create_app
from portal.hotel.models import Property
from portal.jobs import actions as jobs
from portal.jobs import work
from portal.outbox.models import Letter
from portal.people.erasures.models import Erasure
from portal.people.invitations import actions as invitations
from portal.people.models import Person, Role
from portal.people.passwords import actions as passwords
from portal.people.roles.rules import Place
from portal.programme.drafts.models import ProgrammeDraft
from portal.programme.rehearsal import queries as rehearsal_queries
from portal.programme.rehearsal.models import Rehearsal
from portal.staff.contributions.models import Contribution
from portal.staff.handovers.models import ShiftHandover
from portal.stays.models import Import, Stay
from portal.surveys.cases.models import Case
from portal.surveys.invitations.models import Invitation
from tests.cast import NOW
from tests.databases import settings_for

DATABASE, LOADED = "demo.sqlite3", "loaded.sqlite3"
EMAILS = {one.key: one.email for one in people.sign_ins()}


@contextmanager
def served(directory: Path, *, kept: Path | None = None) -> Iterator[tuple[Flask, str, dict[str, str]]]:
    """The application with the demo in it, its address, and the places in it by name."""
    app, places = furnished(directory, kept=kept)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield app, f"http://127.0.0.1:{server.server_port}", places
    server.shutdown()
    server.server_close()


def furnished(directory: Path, *, kept: Path | None = None) -> tuple[Flask, dict[str, str]]:
    """The application over a database of its own with the demo in it, and the places in it by name.

    Loading takes many seconds: what is found in `kept` is copied, else what was loaded is left there.
    """
    app = create_app(settings_for(f"sqlite:///{directory / DATABASE}"), clock=lambda: NOW)
    with app.app_context():
        return app, _furnish(app, directory) if kept is None else _furnish_once(app, directory, kept)


def loaded(kept: Path) -> tuple[Path, str]:
    """A database right after the demo was loaded into it, and what the command said."""
    with TemporaryDirectory() as directory:
        _app, places = furnished(Path(directory), kept=kept)
    return kept / LOADED, places["said"]


def _furnish_once(app: Flask, directory: Path, kept: Path) -> dict[str, str]:
    with (kept / "demo.lock").open("w") as lock:
        # Whoever comes second waits for the first, and needs no processor meanwhile.
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = kept / "places.json"
        if told.exists():
            shutil.copyfile(kept / DATABASE, directory / DATABASE)
            return dict(json.loads(told.read_text()))
        places = _furnish(app, directory)
        for name in (LOADED, DATABASE):
            shutil.copyfile(directory / name, kept / name)
        told.write_text(json.dumps(places, default=str))
        return places


def _furnish(app: Flask, directory: Path) -> dict[str, str]:
    upgrade()
    said = _load(app)
    _put_down()
    shutil.copyfile(directory / DATABASE, directory / LOADED)
    places = {**_places(), **_links(), "rehearsal": _rehearsal(app), "said": said}
    _put_down()
    return places


def _load(app: Flask) -> str:
    """By the command, which refuses outside the demo; what it says."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = Settings(portal_mode="demo")
    try:
        return app.test_cli_runner().invoke(args=["demo", "load"], catch_exceptions=False).output
    finally:
        app.extensions["settings"] = settings


def _put_down() -> None:
    db.session.remove()
    db.engine.dispose()  # the last connection that goes writes everything into the one file


def speak(app: Flask, locale: str) -> None:
    """Let everybody of the demo read this language."""
    with app.app_context():
        db.session.execute(update(Person).values(locale=locale))
        db.session.commit()
        db.session.remove()


def _person(name: str) -> Person:
    return db.session.scalars(select(Person).where(Person.email == EMAILS[name])).one()


def _first(column, *conditions):
    return db.session.scalars(select(column).where(*conditions).order_by(column.class_.id).limit(1)).one()


def _places() -> dict[str, str]:
    dario, tamara = _person("dario"), _person("tamara")
    confirmed = Booking.confirmed_at.is_not(None)
    last = select(Booking.public_id).where(confirmed).order_by(Booking.service_date.desc()).limit(1)
    card = db.session.scalars(select(Card).where(Card.holder_id == tamara.id)).one()
    slept = (Stay.account_id == card.account_id, Stay.version == 1, Stay.checked_out_on.is_not(None))
    return {
        "folio": _first(Stay.natural_key, *slept),
        "booking": _first(Booking.public_id),
        "waits": _first(Booking.public_id, Booking.confirmed_at.is_(None)),
        "open": db.session.scalars(last).one(),
        "quote": _first(PriceQuote.public_id),
        "enquiry": _first(Enquiry.public_id, Enquiry.closed_at.is_(None)),
        "card": card.number,
        "pass": passes.token_of("lunch"),
        "pass_number": _first(GuestPass.number, GuestPass.public_id == passes.token_of("visit")),
        "account": db.session.get_one(Account, card.account_id).public_id,
        "application": _first(Application.public_id, Application.outcome.is_(None)),
        "child": _first(Account.public_id, Account.id == _first(FamilyLink.subsidiary_id)),
        "agreement": _first(AgreementVersion.public_id),
        "case": _first(Case.public_id),
        "souvenir": _first(Souvenir.public_id),
        "reserved": _first(Reservation.public_id),
        "bill": _first(BillPayment.public_id),
        "shift": _first(ShiftHandover.public_id),
        "dario": dario.public_id,
        "bruno": _person("bruno").public_id,
        "property": _first(Property.public_id),
        "import": _first(Import.public_id),
        "event": _first(Contribution.public_id, Contribution.person_id == dario.id),
        "draft": _first(ProgrammeDraft.public_id),
        "evening": events.token_of("tasting"),
        "dinner": events.token_of("premiere"),
        "party": events.token_of("premiere/ours"),
        "erasure": _first(Erasure.public_id, Erasure.settled_at.is_(None)),
    }


def _rehearsal(app: Flask) -> str:
    """The demo's draft, rehearsed."""
    with transaction():
        taken = jobs.claim(worker="the sweep", kinds=[rehearsal_queries.JOB], at=NOW, lease_s=60)
    if taken is not None:
        work.perform(app, claim=taken[0], job=taken[1], lease_s=60, stopping=threading.Event())
    return str(_first(Rehearsal.public_id, Rehearsal.finished_at.is_not(None)))


def _links() -> dict[str, str]:
    """What strangers hold: links out of letters."""
    ada, anna = _person("ada"), _person("anna")
    with transaction():
        reset = passwords.send_link(person_id=anna.id, at=NOW)
        invitations.invite(
            reference=uuid.UUID(int=1),
            email="new@acme.example",
            name="Maria Nova",
            locale="en",
            roles=(Role.LOYALTY_MANAGER,),
            place=Place(),
            by=ada.id,
            at=NOW,
        )
    asked = select(Letter.text).join(Invitation, Invitation.letter_id == Letter.public_id)
    guest = db.session.scalars(select(EventGuest).where(EventGuest.person_id == _person("tamara").id)).one()
    key = current_app.config["SECRET_KEY"]
    return {
        "reply": event_letters.token_of(guest),
        "wish": event_wishes.wish_token(anna.public_id, secret=key),
        "pass_link": pass_rules.link_token(passes.token_of("lunch"), key=key),
        "reset": reset,
        "survey": _link("/survey/", asked.where(Invitation.submitted_at.is_(None))),
        "second": _link("/surveys/cases/second-word/", select(Letter.text)),
        "invitation": _link("/invitation/", select(Letter.text)),
        "joining": _link("/join/", select(Letter.text)),
    }


def _link(path: str, texts) -> str:
    found = [token for text in db.session.scalars(texts) for token in re.findall(rf"{path}([\w-]+)", text)]
    return found[0]

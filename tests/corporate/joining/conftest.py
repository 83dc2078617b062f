"""A company that asks to join, and its letters."""

import re
import uuid
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal.corporate.applications import actions
from portal.corporate.applications.actions import Entered
from portal.corporate.applications.models import Application
from portal.database import db, transaction
from portal.jobs.models import Job
from portal.outbox.models import Letter
from tests.cast import NOW
from tests.people.conftest import throttled  # noqa: F401 -- the fixture

ENTERED = {
    "company": "Harbour Works, Lda", "country": "PT", "tax_number": "500697256", "tax_checked_by": "pt.nif",
    "is_legal_entity": True, "nights_a_year": 40, "code": "", "note": "", "applicant": "Fiona First",
    "email": "fiona@harbour.example", "locale": "en",
}  # fmt: skip


def apply(**changes):
    """Send an application and have its letter written; returns it with the token of the letter."""
    with transaction():
        actions.send(token=uuid.uuid4(), entered=Entered(**{**ENTERED, **changes}), at=NOW)
    email = changes.get("email", ENTERED["email"])
    newest = select(Application).where(Application.email == email).order_by(Application.id.desc()).limit(1)
    application = db.session.scalars(newest).one()
    return application, write_letters()[-1]


def write_letters():
    """What the worker does: every letter that is due; the tokens in all letters, the oldest first."""
    due = select(Job).where(Job.kind == actions.LINK_JOB).order_by(Job.id)
    for job in db.session.scalars(due).all():
        with transaction():
            actions.write_link(application_id=job.payload["application"], at=NOW)
            db.session.delete(db.session.get(Job, job.id))
    return tokens()


def tokens():
    texts = db.session.scalars(select(Letter.text).order_by(Letter.id)).all()
    return [urlsplit(link).path.rsplit("/", 1)[-1] for t in texts for link in re.findall(r"\S+/join/\S+", t)]


def letters_to(address):
    """The letters to an address: subject and text, the oldest first."""
    statement = select(Letter.subject, Letter.text).where(Letter.to_address == address).order_by(Letter.id)
    return [tuple(row) for row in db.session.execute(statement)]


@pytest.fixture
def harbour(cast):
    """An application whose address was confirmed."""
    application, token = apply()
    with transaction():
        actions.confirm(token=token, at=NOW)
    db.session.refresh(application)
    return application

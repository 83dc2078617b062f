"""Letters of the test's own, a policy, and a mail server."""

from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from portal.database import db, transaction
from portal.outbox import actions, handlers
from portal.outbox.models import ContactPolicy, Letter, LetterKind
from tests.cast import NOW
from tests.outbox.mail_server import MailServer
from tests.web.client import forget, settle

LETTER = """
{% extends layout %}
{% block subject %}{{ _("Outbox") }}: {{ what }}{% endblock %}
{% block body %}
{{ letter.greeting(to.name) }}
{{ letter.heading(_("Letter")) }}
{{ letter.paragraph(what) }}
{{ letter.facts([(_("State"), what)]) }}
{{ letter.lines([(_("Survey"), "10")], sum=(_("Offer"), "12")) }}
{{ letter.items([what]) }}
{{ letter.code("7043 1187") }}
{{ letter.button(_("Send again"), link("outbox.list_letters", after="x&y")) }}
{{ letter.note(_("Sent")) }}
{% endblock %}
"""


@pytest.fixture
def letter_template(app: Flask) -> Iterator[None]:
    """The template that `write` uses, among the portal's own."""
    kept = app.jinja_env.loader
    app.jinja_env.loader = ChoiceLoader([DictLoader({"letters/test/letter.html": LETTER}), kept])
    app.extensions.pop("outbox.plain", None)
    yield
    app.jinja_env.loader = kept
    app.extensions.pop("outbox.plain", None)


@pytest.fixture
def settle_settings(app: Flask) -> Iterator[Callable[..., None]]:
    """Other settings for this test: `settle_settings(smtp_host="127.0.0.1")`."""
    kept = app.extensions["settings"]

    def change(**values: Any) -> None:
        app.extensions["settings"] = app.extensions["settings"].model_copy(update=values)

    yield change
    app.extensions["settings"] = kept


@pytest.fixture
def policy(app: Flask) -> ContactPolicy:
    """The contact policy that comes with the migrations."""
    return db.session.get_one(ContactPolicy, 1)


@pytest.fixture
def write(app: Flask, letter_template: None) -> Callable[..., Letter]:
    """Write one letter and commit; each has a key of its own unless one is given."""
    written = []

    def write_letter(**values: Any) -> Letter:
        written.append(1)
        to = actions.Recipient(
            address=values.pop("address", "bruno@acme.example"),
            name=values.pop("name", "Bruno Silva"),
            locale=values.pop("locale", "en"),
            zone=values.pop("zone", "Europe/Lisbon"),
            person_id=values.pop("person_id", None),
        )
        what = values.pop("what", "a bundle")
        defaults = {
            "dedupe_key": f"test:{len(written)}",
            "kind": LetterKind.SERVICE,
            "template": "test/letter",
            "values": {"what": what},
            "at": NOW,
        }
        with transaction():
            return actions.write_letter(to=to, **{**defaults, **values})

    return write_letter


@pytest.fixture
def send(app: Flask) -> Callable[[], int]:
    """What the worker does with the letters in one of its rounds."""

    def send_due() -> int:
        settle()
        with app.app_context():
            done = handlers.send_due(Event())
        forget()
        return done

    return send_due


@pytest.fixture
def mail_server(app: Flask, settle_settings: Callable[..., None]) -> Iterator[MailServer]:
    """A mail server without encryption that the portal is set to use."""
    server = MailServer()
    settle_settings(
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_tls="none",
        mail_from="Maison Circle <post@circle.example>",
    )
    yield server
    server.stop()
    app.extensions.pop("outbox.rests_until", None)

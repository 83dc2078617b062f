"""What migrations do with letters and answers that were there before them."""

import uuid
from datetime import date, datetime

import pytest
from flask_migrate import upgrade
from sqlalchemy import MetaData, Table, text

from portal.database import db
from portal.factory import create_app
from tests.cast import NOW
from tests.databases import settings_for

LETTER = (
    "INSERT INTO letter (public_id, dedupe_key, kind, template, contact_key, to_address, to_name, locale,"
    " zone, subject, text, html, attachments, unsubscribe_url, created_at, send_at, tries, sent_at)"
    " VALUES (:id, :key, 'survey', 'x', 'x', 'x', 'x', 'en', 'UTC', 'x', :words, :words, '[]',"
    " 'https://circle.example/survey/secret/unsubscribe', :at, :at, 0, :sent)"
)


@pytest.fixture
def migrate(database):
    """A database as it was at a revision, and the way from there: `migrate("0024")`, `migrate()`."""
    with database.empty() as url:
        app = create_app(settings_for(url))
        with app.app_context():
            yield lambda revision="head": upgrade(revision=revision)
            db.session.remove()
            db.engine.dispose()


def say(statement, **values):
    with db.engine.begin() as connection:
        return connection.execute(text(statement), values)


def test_what_a_letter_forgot_takes_its_link_with_it(migrate):
    migrate("0024")
    for number, (words, sent) in enumerate([("", NOW), ("kept to be read", NOW), ("waits", None)]):
        say(LETTER, id=uuid.UUID(int=number).hex, key=f"letter {number}", words=words, at=NOW, sent=sent)

    migrate()

    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT unsubscribe_url FROM letter ORDER BY dedupe_key")).all()
    assert [link is None for (link,) in found] == [True, False, False]


def lay(name, **values):
    """A row of a table as it is at this revision: what must be there is there, and says nothing."""
    table = Table(name, MetaData(), autoload_with=db.engine)
    empty = {int: 1, str: "x", datetime: NOW, date: NOW.date(), bool: False, uuid.UUID: uuid.UUID(int=1)}
    needed = {
        column.name: empty.get(column.type.python_type, {})
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    with db.engine.begin() as connection:
        connection.execute(table.insert().values({**needed, **values}))


def test_words_that_were_not_meant_for_whom_is_thanked_leave_their_page(migrate):
    migrate("0025")
    for name in ("person", "property", "account", "survey_invitation"):
        lay(name)
    lay("survey_compliment", words="Reception was rude.")

    migrate()

    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT words FROM survey_compliment")).scalars().all() == [""]
        versions = connection.execute(text("SELECT number FROM questionnaire_version ORDER BY number"))
        assert versions.scalars().all() == [1, 2]

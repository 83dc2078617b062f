"""Erasure against all tables of the house: what is exported, what is left, what nobody may change."""

import re
import shutil

import pytest
from sqlalchemy import event, make_url, select, text

from portal.database import db, transaction
from portal.people.erasures import actions, queries
from portal.people.models import Person
from portal.people.traces import queries as traces
from portal.web.folding import search_key
from portal.web.registries import registries
from tests.cast import NOW
from tests.people.erasing import texts_holding, work
from tests.sweep.house import EMAILS, LOADED, loaded

WORK = "Their work for the house: by number, and in the export as an act of the audit."
NOT_EXPORTED = {
    "address_change": "Links of a letter, as digests; the address itself is in the profile.",
    "booking_cancellation": "Its booking is exported, with its state.",
    "booking_request": "Its booking is exported, with its state; the word given on it is in the audit.",
    "guest_pass_use": "Its pass is exported, with its uses; the clerk's work is in the audit.",
    "invitation": "The roles that came of it are exported; whom they invited is in the audit.",
    "password_reset": "Links of a letter, as digests.",
    **dict.fromkeys(
        (
            "admission_rules", "application_word", "delivery", "opening_import", "programme_publication",
            "souvenir_handover", "souvenir_reservation_end", "souvenir_return", "souvenir_stock_move",
            "stay_import", "survey_served",
        ),
        WORK,
    ),
}  # fmt: skip


class TestExport:
    def test_covers_every_table_that_points_at_a_person(self, app, cast):
        read = set()

        def note(_connection, _cursor, statement, *_rest):
            read.update(re.findall(r"(?:FROM|JOIN) \"?(\w+)", statement))

        event.listen(db.engine, "before_cursor_execute", note)
        for provider in registries().personal_data.values():
            provider(cast.tamara.id)
        event.remove(db.engine, "before_cursor_execute", note)

        pointing = {
            table.name
            for table in db.metadata.tables.values()
            if any(key.column.table.name == "person" for key in table.foreign_keys)
        }
        assert pointing - read == set(NOT_EXPORTED)


@pytest.mark.engines("sqlite")
class TestAfterwards:
    def test_the_whole_demo_goes_on_without_its_traveller(self, app, database, run, client_as, kept_demo):
        # On PostgreSQL the demo would have to be loaded anew, and nothing here depends on the database.
        loaded(kept_demo)
        db.session.remove()
        db.engine.dispose()
        shutil.copyfile(kept_demo / LOADED, make_url(database.url).database)
        tamara, ada, anna, dario, nora = (
            self.person(key) for key in ("tamara", "ada", "anna", "dario", "nora")
        )
        name, address = tamara.name, tamara.email
        assert {table for table, *_rest in texts_holding(name)} >= {"person", "letter"}
        with transaction():
            wish = actions.ask(person_id=tamara.id, at=NOW)
        with transaction():
            erasure = queries.locked(wish.public_id)
            actions.carry_out(erasure=erasure, erasers=registries().erasers, by=ada.id, at=NOW)
        work(app)

        assert texts_holding(name, search_key(name), address) == []
        assert run("ledger", "verify").exit_code == 0
        for visitor, paths in {
            anna: ("/corporate/bookings", "/corporate/people", "/corporate/stays"),
            dario: ("/board", "/staff/me/contributions"),
            nora: ("/surveys/cases", "/accounts"),
            ada: (
                "/people?left=1",
                "/people/erasures?settled=1",
                "/outbox",
                "/audit",
                f"/people/{tamara.public_id}",
            ),
        }.items():
            client = client_as(visitor)
            assert [client.get(path).status_code for path in paths] == [200] * len(paths)

    @staticmethod
    def person(key):
        return db.session.scalars(select(Person).where(Person.email == EMAILS[key])).one()


@pytest.mark.engines("sqlite")
def test_passes_by_exactly_the_tables_that_nobody_may_change(app):
    triggers = db.session.execute(text("SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"))

    guarded = {table for table, name in triggers if name.endswith("_no_update")}

    assert guarded == traces.NEVER_CHANGED

"""The audit: who reads it, how it is narrowed, and how it is taken out."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.audit import actions, queries
from portal.audit.models import AuditEntry, Sight
from portal.audit.queries import AuditFilter
from portal.audit.rules import span
from portal.database import db, transaction
from tests.cast import NOW
from tests.statements import assert_same_statements


@pytest.fixture
def record(cast):
    """Write entries of one kind."""

    def write(action="role.give", *, kind="person", subject="7", by=None, at=NOW, count=1, **details):
        with transaction():
            for _ in range(count):
                actions.record(
                    action=action,
                    subject_kind=kind,
                    subject_id=subject,
                    details=details,
                    by=(by or cast.ada).id,
                    at=at,
                )

    return write


class TestRecord:
    def test_notes_the_request_so_that_log_and_audit_can_be_laid_side_by_side(self, cast, client_as):
        answer = client_as(cast.anna).get("/me/data")

        entry = db.session.scalars(select(AuditEntry)).one()
        assert entry.request_id == answer.headers["X-Request-Id"]

    def test_is_undone_with_the_change_that_it_records(self, cast, record):
        def change_and_fail():
            with transaction():
                actions.record(action="x.y", subject_kind="person", subject_id=1, by=None, at=NOW)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            change_and_fail()

        assert db.session.scalars(select(AuditEntry)).all() == []

    def test_of_a_look_leaves_out_ones_own(self, cast):
        with transaction():
            actions.record_sight(viewer_id=1, subject_id=1, page="desk", at=NOW)
            actions.record_sights(viewer_id=2, subject_ids=[3, 1, 2, 1], page="desk", at=NOW)

        seen = db.session.execute(select(Sight.viewer_id, Sight.subject_id).order_by(Sight.id)).all()
        assert seen == [(2, 1), (2, 3)]


class TestThePage:
    def test_says_who_did_what_in_words(self, cast, client_as, record):
        record("role.give", role="auditor", by=cast.ada)

        text = client_as(cast.oskar).get("/audit").page.text

        assert "Ada Moreau" in text
        assert "Role given" in text
        assert "role auditor" in text

    def test_says_so_in_russian_too(self, cast, client_as, record):
        record("role.give")
        cast.oskar.locale = "ru"

        text = client_as(cast.oskar).get("/audit").page.text

        assert "Роль дана" in text

    def test_knows_nobody_who_was_erased_and_the_portal_itself(self, cast, client_as, record):
        with transaction():
            for by in (None, 999_999):
                actions.record(action="x.y", subject_kind="person", subject_id=1, by=by, at=NOW)

        text = client_as(cast.oskar).get("/audit").page.text

        assert "the portal itself" in text
        assert "erased" in text

    def test_shows_an_action_that_no_room_has_words_for_by_its_code(self, cast, client_as, record):
        record("garden.water", kind="rose")

        assert "garden.water" in client_as(cast.oskar).get("/audit").page.text

    @pytest.mark.parametrize("who", ["lidia", "gleb", "anna", "dario"])
    def test_is_closed_to_everybody_else(self, cast, client_as, who):
        client = client_as(getattr(cast, who))

        assert client.get("/audit").status_code == 403
        assert client.get("/audit/entries.csv").status_code == 403

    def test_changes_nothing(self, cast, client_as, record):
        record()

        client_as(cast.oskar).get("/audit")

        assert len(db.session.scalars(select(AuditEntry)).all()) == 1

    def test_goes_on_over_pages(self, cast, client_as, record):
        record(subject="oldest")
        record(count=50)
        client = client_as(cast.oskar)

        first = client.get("/audit?action=role.give").page
        following = next(link for link in first.links if "after=" in link)

        assert "oldest" not in first.text
        assert "action=role.give" in following
        assert "oldest" in client.get(following).page.text

    def test_costs_the_same_statements_for_few_and_for_many(self, cast, client_as, record):
        client = client_as(cast.oskar)

        assert_same_statements(1, 40, arrange=lambda n: record(count=n), visit=lambda: client.get("/audit"))


class TestTheFilter:
    @pytest.mark.parametrize(
        ("query", "subjects"),
        [
            ("action=role.give", {"first"}),
            ("kind=card", {"second"}),
            ("subject=third", {"third"}),
            ("subject=%20third%20", {"third"}),
            ("action=role.give&kind=card", set()),
        ],
    )
    def test_narrows_by_action_kind_and_subject(self, cast, client_as, record, query, subjects):
        record("role.give", subject="first")
        record("card.issue", kind="card", subject="second")
        record("role.end", subject="third")

        page = client_as(cast.oskar).get(f"/audit?{query}").page

        ledger = " ".join(page.with_class("num")[n].text or "" for n in range(len(page.with_class("num"))))
        assert {name for name in ("first", "second", "third") if name in ledger} == subjects

    @pytest.mark.parametrize(
        ("instant", "is_in"),
        [
            # Lisbon is an hour ahead of UTC in June.
            (datetime(2026, 6, 9, 22, 59, 59, tzinfo=UTC), False),
            (datetime(2026, 6, 9, 23, 0, 0, tzinfo=UTC), True),
            (datetime(2026, 6, 11, 22, 59, 59, tzinfo=UTC), True),
            (datetime(2026, 6, 11, 23, 0, 0, tzinfo=UTC), False),
        ],
    )
    def test_takes_whole_days_of_the_house_both_inclusive(self, cast, client_as, record, instant, is_in):
        record(subject="looked-for", at=instant)

        page = client_as(cast.oskar).get("/audit?first=2026-06-10&last=2026-06-11").page

        assert ("looked-for" in page.text) is is_in

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("first=2026-06-11&last=2026-06-10", "The last day lies before the first."),
            ("first=yesterday", "Not a valid date value."),
            ("first=1600-01-01", "Enter a day between 1900 and 2999."),
            ("last=9999-12-31", "Enter a day between 1900 and 2999."),
            ("action=no.such", "Not a valid choice."),
        ],
    )
    def test_says_what_it_cannot_read(self, cast, client_as, query, said):
        answer = client_as(cast.oskar).get(f"/audit?{query}")

        assert answer.status_code == 422
        assert said in answer.page.text

    def test_of_one_day_is_a_day(self):
        day = NOW.date()

        since, until = span(day, day, zone="Europe/Lisbon")

        assert until - since == timedelta(days=1)

    def test_of_the_day_the_clocks_change_has_its_23_hours(self):
        day = datetime(2026, 3, 29, tzinfo=UTC).date()

        since, until = span(day, day, zone="Europe/Lisbon")

        assert until - since == timedelta(hours=23)


class TestTheExport:
    def rows(self, answer):
        return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))

    def test_is_the_page_as_a_table(self, cast, client_as, record):
        record("role.give", subject="first", role="auditor")
        record("role.end", subject="second")

        rows = self.rows(client_as(cast.oskar).get("/audit/entries.csv?action=role.give"))

        assert [(row["actor"], row["action"], row["subject_id"], row["details"]) for row in rows] == [
            ("Ada Moreau", "role.give", "first", '{"role": "auditor"}')
        ]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_runs_nothing_in_a_spreadsheet(self, cast, client_as, record, start):
        cast.ada.name = f"{start}HYPERLINK(1)"
        record()

        rows = self.rows(client_as(cast.oskar).get("/audit/entries.csv"))

        assert all(not row["actor"].startswith(start) for row in rows if row["action"] == "role.give")

    def test_is_an_entry_itself(self, cast, client_as):
        client_as(cast.oskar).get("/audit/entries.csv?kind=person")

        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.actor_id, entry.details) == (
            "audit.export",
            cast.oskar.id,
            {"kind": "person"},
        )

    def test_holds_every_entry_of_many(self, cast, client_as, record, monkeypatch):
        record(count=25)
        monkeypatch.setattr(queries, "EXPORT_CHUNK", 10)

        rows = self.rows(client_as(cast.oskar).get("/audit/entries.csv?action=role.give"))

        assert len(rows) == 25
        assert len({row["at"] for row in rows}) == 1

    def test_refuses_a_filter_that_it_cannot_read(self, cast, client_as):
        assert client_as(cast.oskar).get("/audit/entries.csv?first=x").status_code == 422

    def test_ends_where_nothing_fits(self, app):
        assert list(queries.every_entry(AuditFilter(action="no.such"))) == []

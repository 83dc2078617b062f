"""A fault becomes a page that says what happened, with the reference that the log holds."""

import functools
import json
import uuid

import pytest
from sqlalchemy.exc import OperationalError

from portal.database import DatabaseBusy
from portal.web import logs

FAULTS = {
    "busy": DatabaseBusy(),
    "locked": OperationalError("UPDATE", {}, Exception("database is locked")),
    "down": OperationalError(None, None, Exception("connection refused")),
    "broken": OperationalError("SELECT", {}, Exception("disk I/O error")),
    "ours": ZeroDivisionError("anna@acme.example divided by zero"),
}


@pytest.fixture
def breaks(app, monkeypatch):
    """The people's page of the portal breaks in the named way, as it would in production."""

    def break_it(name):
        # With the original's door: what has none is closed.
        @functools.wraps(app.view_functions["roles.people"])
        def fail(**_values):
            raise FAULTS[name]

        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        monkeypatch.setitem(app.view_functions, "roles.people", fail)

    return break_it


@pytest.fixture
def lines(app, capsys):
    """What the log says from now on, line by line."""
    logs.configure(level="INFO", layout="json")
    capsys.readouterr()
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    logs.configure(level="ERROR", layout="json")


class TestFaults:
    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("busy", (503, "Nothing was changed")),
            ("down", (503, "lost its database")),
            ("locked", (503, "Nothing was changed")),
            ("broken", (500, "has been recorded")),
            ("ours", (500, "has been recorded")),
        ],
    )
    def test_are_told_with_a_status_and_a_way_on(self, cast, client_as, breaks, name, told):
        breaks(name)
        status, says = told

        answer = client_as(cast.ada).get("/people")

        assert answer.status_code == status
        assert says in answer.page.text
        assert "divided" not in answer.page.text

    def test_carry_the_reference_under_which_the_log_holds_them(self, cast, client_as, breaks, lines):
        breaks("ours")

        answer = client_as(cast.ada).get("/people")

        (fault,) = [line for line in lines() if line["event"] == "unhandled"]
        assert fault["request_id"] in answer.page.text
        assert fault["request_id"] == answer.headers["X-Request-Id"]
        assert "ZeroDivisionError" in fault["exception"]

    def test_leave_the_portal_as_it_was(self, cast, client_as, breaks, app):
        breaks("broken")
        ada = client_as(cast.ada)

        ada.get("/people")

        assert ada.get("/me").status_code == 200


class TestTooMuch:
    def test_text_is_told_from_a_file(self, cast, client_as):
        answer = client_as(cast.ada).post(
            "/me", data={"name": "x" * 1_100_000}, content_type="multipart/form-data"
        )

        assert answer.status_code == 413
        assert "shorten the longest field" in answer.page.text

    def test_of_a_file_is_told_with_what_helps(self, cast, client_as, app, monkeypatch):
        monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1_000)

        answer = client_as(cast.lidia).post("/stays/imports", data={"source": "x" * 2_000})

        assert answer.status_code == 413
        assert "compress it as .csv.gz" in answer.page.text


class TestLogs:
    def test_are_lines_of_their_own_that_name_nobody(self, cast, client_as, client, lines):
        secret = str(uuid.uuid4())
        client_as(cast.ada).get("/people", query_string={"q": "anna@acme.example"})
        client.get(f"/invitation/{secret}")
        client.post("/sign-in", data={"email": cast.anna.email, "password": "a wrong word of hers"})

        said = lines()

        assert [line["event"] for line in said] == ["request"] * 3
        assert set().union(*said) == {
            "event", "level", "timestamp", "request_id", "method", "endpoint", "status", "ms",
        }  # fmt: skip
        for word in (secret, "anna", "Anna", "wrong word", "q="):
            assert word not in json.dumps(said, ensure_ascii=False)

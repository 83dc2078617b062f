"""Files that the worker reads: progress, cancelling, and going on after an interruption."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from portal.accounts.models import AccountCode
from portal.config import Settings
from portal.database import db
from portal.jobs.cli import Worker
from portal.stays.imports import rules, views
from portal.stays.models import ImportRow, Stay
from tests.stays.exports import current, folios
from tests.stays.uploads import address, the_import, upload
from tests.web.client import PortalClient, forget, settle


@pytest.fixture
def uploads(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files wait for the worker."""
    settings: Settings = app.extensions["settings"]
    monkeypatch.setitem(app.extensions, "settings", settings.model_copy(update={"upload_dir": tmp_path}))
    return tmp_path / "imports"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lines are a large file."""
    monkeypatch.setattr(views, "INLINE_ROWS", 2)


@pytest.fixture
def turn(app: Flask) -> Callable[[], bool]:
    def go() -> bool:
        settle()
        did = Worker(app, "a worker").round()
        forget()
        return did

    return go


@pytest.mark.usefixtures("large")
class TestLargeFile:
    def test_is_read_and_accepted_by_the_worker(
        self, lidia: PortalClient, acme_code: AccountCode, uploads: Path, turn: Callable[[], bool]
    ):
        answer = upload(lidia, folios({}, {"reservation_id": "R-2"}))
        assert "/jobs/" in answer.location
        assert "The file is being read" in lidia.get(address(the_import())).text
        turn()
        assert "All 2 rows can be accepted" in lidia.get(address(the_import())).text

        job = lidia.submit(lidia.get(address(the_import())).page, "acceptance")
        again = lidia.post(f"{address(the_import())}/acceptance")
        turn()

        assert job.location == again.location
        assert "2 stays were taken over" in lidia.get(address(the_import())).text
        assert len(current()) == 2
        assert list(uploads.iterdir()) == []

    def test_that_cannot_be_read_says_why(
        self, lidia: PortalClient, acme_code: AccountCode, uploads: Path, turn: Callable[[], bool]
    ):
        upload(lidia, folios({}, {"reservation_id": "R-2"})[:-30])
        turn()

        page = lidia.get(address(the_import())).text

        assert "The file cannot be read" in page
        assert "The file breaks off in row 3." in page
        assert db.session.query(ImportRow).count() == 0
        assert list(uploads.iterdir()) == []

    def test_cancelled_before_it_was_begun_leaves_nothing(
        self, lidia: PortalClient, acme_code: AccountCode, uploads: Path, turn: Callable[[], bool]
    ):
        upload(lidia, folios({}, {"reservation_id": "R-2"}))

        lidia.submit(lidia.get(address(the_import())).page, "discard")
        turn()

        assert "Discarded" in lidia.get(address(the_import())).text
        assert db.session.query(ImportRow).count() == 0
        assert list(uploads.iterdir()) == []

    def test_cancelled_while_it_is_read_leaves_nothing(
        self,
        lidia: PortalClient,
        acme_code: AccountCode,
        uploads: Path,
        turn: Callable[[], bool],
        monkeypatch: pytest.MonkeyPatch,
    ):
        job = upload(lidia, folios({}, {"reservation_id": "R-2"})).location
        stage = views.actions.rows.stage_rows

        def cancelled_meanwhile(*args: object, **options: object) -> None:
            stage(*args, **options)
            db.session.execute(db.text("UPDATE job SET cancel_requested_at = created_at"))

        monkeypatch.setattr(views.actions.rows, "stage_rows", cancelled_meanwhile)
        turn()

        assert "Cancelled" in lidia.get(job).text
        assert db.session.query(ImportRow).count() == 0
        assert db.session.query(Stay).count() == 0
        assert list(uploads.iterdir()) == []

    def test_read_again_after_an_interruption_is_read_once(
        self,
        lidia: PortalClient,
        uploads: Path,
        turn: Callable[[], bool],
        monkeypatch: pytest.MonkeyPatch,
        clock,
    ):
        upload(lidia, folios({}, {"reservation_id": "R-2"}))
        close = views.actions.close_preview

        def broken(**_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(views.actions, "close_preview", broken)
        turn()
        monkeypatch.setattr(views.actions, "close_preview", close)
        clock.advance(minutes=5)
        turn()

        assert the_import().counts["read"] == 2

    def test_given_up_for_two_days_is_tidied_away(
        self, lidia: PortalClient, acme_code: AccountCode, uploads: Path, app: Flask, clock
    ):
        upload(lidia, folios({}, {"reservation_id": "R-2"}))
        handler = app.extensions["jobs"].handlers[rules.TIDY_JOB]

        for days, minutes, discarded in ((2, 0, 0), (0, 1, 1), (0, 1, 0)):
            at = clock.advance(days=days, minutes=minutes)
            assert handler(SimpleNamespace(at=at)) == {"discarded": discarded}
        assert list(uploads.iterdir()) == []

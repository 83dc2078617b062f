"""`flask stays import` and two files at once."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.accounts.models import Account, AccountCode
from portal.database import db, transaction
from portal.stays.imports import actions
from portal.stays.models import Import, ImportRow, Stay
from tests.cast import NOW, Cast
from tests.races import meet_before, race, stopped_by_the_database, unguarded
from tests.stays.exports import SUBSET, bookings, current, everything, folios, preview


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "stays.csv"
        path.write_bytes(content)
        return path

    return write


class TestCommand:
    def test_without_accept_prints_a_preview_and_leaves_no_trace(
        self, run: Callable[..., Result], file: Callable[[bytes], Path]
    ):
        result = run(
            "stays",
            "import",
            file(bookings({}, {"company": "NULL"})),
            "--source",
            "hotel-demand",
            "--companies-only",
        )

        assert result.exit_code == 0
        assert "2 rows read = 1 accepted + 0 held + 0 rejected + 1 out of scope." in result.output
        assert "Preview only, nothing was changed." in result.output
        assert [db.session.query(model).count() for model in (Import, ImportRow, Stay)] == [0, 0, 0]

    def test_with_accept_takes_it_over(self, run: Callable[..., Result], file: Callable[[bytes], Path]):
        result = run(
            "stays",
            "import",
            file(bookings({}, {})),
            "--source",
            "hotel-demand",
            "--accept",
            "--as-of",
            "2026-05-01",
        )

        assert result.exit_code == 0
        assert "2 stays are added; 1 unclaimed account is opened; 2 hotels are added." in result.output
        assert len(current()) == 2
        assert db.session.query(Import).one().as_of.isoformat() == "2026-05-01"

    def test_refuses_a_day_that_has_not_come(self, run: Callable[..., Result], file: Callable[[bytes], Path]):
        result = run(
            "stays", "import", file(bookings({})), "--source", "hotel-demand", "--as-of", "2026-06-16"
        )

        assert result.exit_code == 1
        assert "Error: The as-of date lies ahead. Choose today or an earlier day." in result.output
        assert db.session.query(Import).count() == 0

    def test_an_account_is_opened_on_the_day_at_the_hotel(
        self, cast: Cast, run: Callable[..., Result], file: Callable[[bytes], Path], clock: Any
    ):
        clock.set(datetime(2026, 6, 15, 23, 30, tzinfo=UTC))

        run("stays", "import", file(bookings({})), "--source", "hotel-demand", "--accept")

        opened = db.session.query(Account).order_by(Account.id.desc()).first()
        assert opened.opened_on.isoformat() == "2026-06-16"
        assert db.session.query(Import).one().as_of.isoformat() == "2026-06-16"

    def test_says_why_a_file_cannot_be_read_and_leaves_no_trace(
        self, run: Callable[..., Result], file: Callable[[bytes], Path]
    ):
        result = run("stays", "import", file(bookings({})[:-30]), "--source", "hotel-demand", "--accept")

        assert result.exit_code == 1
        assert "Error: The file breaks off in row 2." in result.output
        assert db.session.query(Import).count() == 0

    @pytest.mark.parametrize(
        "words", [["nowhere.csv", "--source", "canonical"], [__file__], [__file__, "--source", "opera"]]
    )
    def test_asks_for_a_file_and_a_known_source(self, run: Callable[..., Result], words: list[str]):
        assert run("stays", "import", *words).exit_code == 2

    def test_takes_the_real_bookings_twice_as_once(
        self, app: Flask, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
    ):
        # What the stays earn is played, and compared, in tests/programme.
        monkeypatch.setitem(app.extensions, "stays.listeners", [])
        words = ("stays", "import", SUBSET, "--source", "hotel-demand", "--companies-only", "--accept")
        first = run(*words)
        before = everything()

        again = run(*words)

        assert "6,797 rows read = 6,797 accepted" in first.output
        assert "nothing changes" in again.output
        assert everything() == before


@pytest.mark.race
class TestTwoAtOnce:
    def accept(self, offered: Import) -> Callable[[], int]:
        import_id = offered.id

        def run() -> int:
            with transaction():
                accepted = actions.accept_import(import_id=import_id, by=None, at=NOW)
            return accepted.counts["versions"].get("new", 0)

        return run

    def test_two_files_that_tell_of_the_same_stay_add_it_once(
        self, app: Flask, cast: Cast, save: Callable[..., AccountCode]
    ):
        save(AccountCode(account_id=cast.acme.id, source="opera", code="ACME"))
        both = [
            preview(folios({}, {"reservation_id": "R-2"})),
            preview(folios({}, {"reservation_id": "R-3"})),
        ]

        added = race(app, *(self.accept(offered) for offered in both))

        assert sorted(added) == [1, 2]
        assert sorted(stay.reservation for stay in current()) == ["R-1", "R-2", "R-3"]

    def test_two_files_would_both_add_it_without_the_guard(
        self, app: Flask, cast: Cast, save: Callable[..., AccountCode], monkeypatch: pytest.MonkeyPatch
    ):
        save(AccountCode(account_id=cast.acme.id, source="opera", code="ACME"))
        both = [
            preview(folios({}, {"reservation_id": "R-2"})).id,
            preview(folios({}, {"reservation_id": "R-3"})).id,
        ]
        monkeypatch.setattr(actions, "_one_at_a_time", lambda: None)
        meet_before(monkeypatch, actions.rows, "write_accepted")

        def accept(import_id: int) -> Callable[[], None]:
            def run() -> None:
                with unguarded():
                    actions.accept_import(import_id=import_id, by=None, at=NOW)

            return run

        # Both had found the stay new; what stopped the second was the database itself.
        assert stopped_by_the_database(race(app, *map(accept, both))) == 1

    def test_one_file_accepted_by_two_is_accepted_once(
        self, app: Flask, cast: Cast, save: Callable[..., AccountCode]
    ):
        save(AccountCode(account_id=cast.acme.id, source="opera", code="ACME"))
        accept = self.accept(preview(folios({})))

        results = race(app, accept, accept)

        assert sorted(type(result).__name__ for result in results) == ["AlreadyAccepted", "int"]
        assert len(current()) == 1

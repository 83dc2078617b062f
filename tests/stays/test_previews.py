"""What a preview says of a file: every row with its outcome and reason, in little memory."""

import gzip
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.accounts.models import AccountCode
from portal.database import db
from portal.stays.files.rules import Rows, survey
from portal.stays.imports.rules import ADAPTERS
from portal.stays.models import ImportRow
from portal.stays.rows import actions as row_actions
from portal.stays.rows import rules as row_rules
from portal.stays.rows.rules import read_rows
from tests.cast import Cast
from tests.stays.exports import (
    BOOKING,
    FOLIO,
    bookings,
    current,
    equation_holds,
    everything,
    folios,
    preview,
    reasons,
    take,
)


class TestPreview:
    def test_accounts_for_every_row_with_number_and_reason(self, acme_code: AccountCode):
        offered = preview(
            folios(
                {},
                {"reservation_id": "R-2", "company_code": "BOREAL"},
                {"reservation_id": "R-3", "status": "gone"},
                {"reservation_id": "R-4", "company_code": "", "company_name": ""},
                {"reservation_id": "R-5", "property_code": "NOWHERE"},
                {"reservation_id": "R-6", "currency": "USD"},
            ),
            companies_only=True,
        )

        assert reasons(offered) == [
            (2, "accepted", "new"),
            (3, "held", "unknown_company"),
            (4, "rejected", "unknown_status"),
            (5, "out_of_scope", "no_company"),
            (6, "rejected", "unknown_property"),
            (7, "rejected", "wrong_currency"),
        ]
        assert equation_holds(offered.counts, 6)

    def test_changes_nothing_but_the_import(self, acme_code: AccountCode):
        before = everything()

        preview(folios({}, {"reservation_id": "R-2", "company_code": "BOREAL"}))

        assert everything() == before

    def test_without_a_company_a_row_is_a_stay_of_no_account(self, acme_code: AccountCode):
        take(folios({"company_code": "", "company_name": ""}))

        assert [stay.account_id for stay in current()] == [None]

    def test_rows_of_one_stay_stand_and_fall_together(self, acme_code: AccountCode):
        offered = preview(
            folios({}, {"line_id": "2", "net": "much"}, {"line_id": "3"}, {"reservation_id": "R-2"})
        )

        assert reasons(offered) == [
            (2, "rejected", "stay_incomplete"),
            (3, "rejected", "not_an_amount"),
            (4, "rejected", "stay_incomplete"),
            (5, "accepted", "new"),
        ]

    def test_a_repeated_row_counts_once(self, acme_code: AccountCode):
        offered = take(folios({}, {}, {"line_id": "2"}))

        assert [reason for _, _, reason in reasons(offered)] == ["new", "repeated", "new"]
        assert [stay.room_revenue_cents for stay in current()] == [20_000]

    @pytest.mark.parametrize("rows", [1, 2, 3, 4, 5, 12])
    def test_rows_of_a_stay_are_put_together_however_they_are_parted(
        self, acme_code: AccountCode, monkeypatch: pytest.MonkeyPatch, rows: int
    ):
        content = folios(
            *(
                {"reservation_id": f"R-{stay}", "line_id": str(line)}
                for line in range(rows)
                for stay in range(4)
            )
        )
        monkeypatch.setattr(row_rules, "CHUNK_ROWS", 3)
        monkeypatch.setattr(row_actions, "CHUNK_ROWS", 5)

        take(content)

        assert [stay.room_revenue_cents for stay in current()] == [rows * 10_000] * 4

    def test_rows_of_a_stay_need_not_stand_together(self, acme_code: AccountCode):
        take(folios({}, {"reservation_id": "R-2"}, {"line_id": "2"}))

        assert sorted(stay.room_revenue_cents for stay in current()) == [10_000, 20_000]

    def test_names_are_not_kept_of_a_rejected_row(self, acme_code: AccountCode):
        content = folios({"status": "gone"}).decode().splitlines()
        content[0] += ",guest_name"
        content[1] += ",Tamara Belova"

        preview("\n".join(content).encode() + b"\n")

        (row,) = db.session.query(ImportRow)
        assert "R-1" in row.details
        assert "Tamara" not in row.details


# Functions, not methods: Hypothesis wants one executor for both databases.


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(sorted(FOLIO)),
            st.one_of(
                st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8),
                st.sampled_from(["", "1", "-1", "=1", "2026-03-05", "R-2", "ACME", "SEA"]),
            ),
            max_size=3,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_count_equation_holds_for_dirty_folios(acme_code: AccountCode, rows: list[dict[str, str]]):
    offered = preview(folios(*rows))

    assert equation_holds(offered.counts, len(rows))
    assert [number for number, _, _ in reasons(offered)] == list(range(2, len(rows) + 2))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(sorted(BOOKING)),
            st.sampled_from(["", "NULL", "0", "-1", "1", "=1", "July", "No-Show", "40", "x" * 70]),
            max_size=3,
        ),
        min_size=1,
        max_size=12,
    ),
    st.booleans(),
)
def test_the_count_equation_holds_for_dirty_bookings(
    cast: Cast, rows: list[dict[str, str]], companies_only: bool
):
    offered = preview(bookings(*rows), source="hotel-demand", companies_only=companies_only)

    assert equation_holds(offered.counts, len(rows))


def test_reading_a_file_three_times_as_long_takes_no_more_memory(tmp_path: Path):
    def peak(number: int) -> int:
        path = tmp_path / f"{number}.csv.gz"
        path.write_bytes(gzip.compress(bookings(*({} for _ in range(number)))))
        adapter = ADAPTERS["hotel-demand"]
        with path.open("rb") as file:
            tracemalloc.start()
            rows = Rows(file, survey(file), columns=adapter.columns, required=adapter.required)
            read = sum(len(part) for part in read_rows(rows, adapter.reader(rows.fields, zones={}), adapter))
            _, highest = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert read == number
        return highest

    few, many = peak(4_000), peak(12_000)

    assert many - few < 250_000

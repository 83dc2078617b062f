"""The published hotel bookings as a source of stays."""

import csv
import gzip
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.stays import rules
from portal.stays.demand.rules import ADAPTER, REQUIRED
from portal.stays.files.rules import Rows, survey
from portal.stays.rules import RowFault, RowTold, StayTold

SUBSET = Path(__file__).parents[2] / "portal" / "demo" / "hotel_bookings_companies.csv.gz"
ROW = {
    "hotel": "City Hotel",
    "lead_time": "7",
    "arrival_date_year": "2016",
    "arrival_date_month": "March",
    "arrival_date_day_of_month": "30",
    "stays_in_weekend_nights": "1",
    "stays_in_week_nights": "2",
    "adults": "2",
    "children": "1",
    "babies": "1",
    "meal": "BB",
    "country": "PRT",
    "market_segment": "Corporate",
    "distribution_channel": "Corporate",
    "agent": "NULL",
    "company": "223",
    "reserved_room_type": "A",
    "assigned_room_type": "D",
    "deposit_type": "No Deposit",
    "customer_type": "Transient",
    "adr": "79.2",
    "reservation_status": "Check-Out",
    "reservation_status_date": "2016-04-02",
}


def read_all(*rows: dict[str, str], shift_weeks: int = 0) -> list[RowTold]:
    reader = ADAPTER.reader(list(ROW), zones={}, shift_weeks=shift_weeks)
    return [reader.read([{**ROW, **row}[name] for name in ROW]) for row in rows]


def read(**cells: str) -> StayTold:
    return read_all(cells)[0].told


def fault(**cells: str) -> RowFault:
    with pytest.raises(RowFault) as caught:
        read(**cells)
    return caught.value


@pytest.fixture(scope="module")
def subset() -> list[RowTold]:
    with SUBSET.open("rb") as file:
        rows = Rows(file, survey(file), columns=ADAPTER.columns, required=ADAPTER.required)
        reader = ADAPTER.reader(rows.fields, zones={})
        return [reader.read(record.cells) for record in rows]


class TestSubset:
    def test_holds_as_many_rows_of_each_status_as_the_source(self, subset: list[RowTold]):
        assert Counter(row.told.status for row in subset) == {
            "checked_out": 5_606,
            "cancelled": 1_093,
            "no_show": 98,
        }

    @pytest.mark.parametrize(
        ("company", "sums", "hotels"),
        [("223", (665, 2_791, 16_271_228), {"resort"}), ("40", (850, 1_444, 9_707_880), {"resort", "city"})],
    )
    def test_sums_to_what_was_counted_from_the_source(
        self, subset: list[RowTold], company: str, sums: tuple[int, int, int], hotels: set[str]
    ):
        told = [row.told for row in subset if row.told.company_code == company and row.told.checked_out_on]

        found = (len(told), sum(t.nights for t in told), sum(t.room_revenue_cents for t in told))

        assert found == sums
        assert {t.property_code for t in told} == hotels

    def test_gives_every_row_a_key_of_its_own(self, subset: list[RowTold]):
        assert len({row.stay_key for row in subset}) == 6_797

    def test_keeps_the_columns_of_the_source(self):
        with gzip.open(SUBSET, "rt", newline="") as file:
            header, *rows = csv.reader(file)

        assert len(header) == 32
        assert len({row[header.index("company")] for row in rows}) == 352


class TestReadRow:
    def test_tells_of_a_stay(self):
        told = read()

        assert (told.property_code, told.company, told.status) == ("city", "223", "checked_out")
        assert (told.arrival, told.departure, told.nights) == ("2016-03-30", "2016-04-02", 3)
        assert (told.adults, told.children, told.room_type) == (2, 2, "D")
        assert (told.checked_out_on, told.settled_on) == ("2016-04-02", "2016-04-02")
        assert (told.currency, told.room_revenue_cents) == ("EUR", 23_760)

    @pytest.mark.parametrize(
        ("rate", "nights", "cents"),
        [
            ("79.2", 3, 23_760),
            ("0.005", 1, 1),
            ("0.0049", 1, 0),
            ("33.335", 3, 10_001),
            ("-6.38", 10, -6_380),
        ],
    )
    def test_revenue_is_nights_times_rate_rounded_once(self, rate: str, nights: int, cents: int):
        told = read(adr=rate, stays_in_weekend_nights="0", stays_in_week_nights=str(nights))

        assert told.room_revenue_cents == cents

    def test_the_bill_has_one_line_without_vat(self):
        (line,) = read().lines

        assert (line.category, line.quantity, line.net_cents, line.vat_cents) == ("rooms", 3, 23_760, 0)

    @pytest.mark.parametrize(
        ("cells", "remark"),
        [
            ({"adr": "0"}, "rate_not_positive"),
            ({"adr": "-0.01"}, "rate_not_positive"),
            ({"stays_in_weekend_nights": "0", "stays_in_week_nights": "0"}, "zero_nights"),
        ],
    )
    def test_a_stay_that_earns_nothing_is_taken_without_a_line_and_reported(
        self, cells: dict[str, str], remark: str
    ):
        told = read(**cells)

        assert told.lines == ()
        assert remark in rules.remarks(told)

    def test_a_rate_of_a_cent_is_nothing_to_report(self):
        assert rules.remarks(read(adr="0.01")) == ()

    @pytest.mark.parametrize("status", ["Canceled", "No-Show"])
    def test_what_was_not_slept_has_neither_line_nor_check_out(self, status: str):
        told = read(reservation_status=status, reservation_status_date="2016-01-01")

        assert (told.lines, told.checked_out_on, told.settled_on) == ((), None, None)
        assert told.room_revenue_cents == 23_760

    @pytest.mark.parametrize("written", ["NULL", ""])
    def test_no_company_is_no_company(self, written: str):
        assert read(company=written).company == ""

    def test_children_that_are_not_known_are_none(self):
        assert read(children="NA", babies="0").children == 0

    def test_moves_all_days_by_whole_weeks(self):
        (moved,) = read_all({}, shift_weeks=520)

        assert (moved.told.arrival, moved.told.checked_out_on) == ("2026-03-18", "2026-03-21")
        assert moved.told.nights == 3


class TestNaturalKey:
    def test_equal_rows_are_two_rooms(self):
        first, second = read_all({}, {})

        assert first.stay_key != second.stay_key
        assert first.told == second.told

    def test_the_same_file_gives_the_same_keys(self):
        rows = [{}, {"adults": "1"}, {}]

        assert read_all(*rows) == read_all(*rows)

    @pytest.mark.parametrize(
        "change",
        [
            {"reservation_status": "Canceled"},
            {"reservation_status_date": "2016-04-03"},
            {"adr": "80"},
            {"assigned_room_type": "B"},
        ],
    )
    def test_status_its_date_rate_and_room_may_change(self, change: dict[str, str]):
        (before,), (after,) = read_all({}), read_all(change)

        assert before.stay_key == after.stay_key
        assert before.told != after.told

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("hotel", "Resort Hotel"),
            ("lead_time", "8"),
            ("arrival_date_day_of_month", "31"),
            ("stays_in_week_nights", "3"),
            ("stays_in_weekend_nights", "0"),
            ("adults", "1"),
            ("children", "0"),
            ("babies", "0"),
            ("meal", "HB"),
            ("country", "ESP"),
            ("market_segment", "Groups"),
            ("distribution_channel", "Direct"),
            ("agent", "9"),
            ("company", "224"),
            ("reserved_room_type", "B"),
            ("deposit_type", "Refundable"),
            ("customer_type", "Contract"),
        ],
    )
    def test_what_is_fixed_at_booking_makes_another_stay(self, field: str, value: str):
        (before,), (after,) = read_all({}), read_all({field: value})

        assert before.stay_key != after.stay_key

    def test_fields_do_not_run_into_each_other(self):
        (first,), (second,) = (
            read_all({"agent": "1", "company": "23"}),
            read_all({"agent": "12", "company": "3"}),
        )

        assert first.stay_key != second.stay_key


class TestRefuseRow:
    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("hotel", "Grand Hotel", "unknown_property"),
            ("reservation_status", "Maybe", "unknown_status"),
            ("arrival_date_month", "Marzo", "wrong_date"),
            ("arrival_date_day_of_month", "32", "wrong_date"),
            ("arrival_date_year", "1989", "wrong_date"),
            ("reservation_status_date", "02/04/2016", "wrong_date"),
            ("stays_in_week_nights", "-1", "negative"),
            ("stays_in_week_nights", "two", "not_a_number"),
            ("stays_in_week_nights", "1000", "too_large"),
            ("adults", "NA", "not_a_number"),
            ("adults", "", "missing"),
            ("adr", "cheap", "not_an_amount"),
            ("adr", "1e3", "not_an_amount"),
            ("adr", "99999999", "amount_too_large"),
            ("country", "=cmd|' /C calc'!A0", "formula"),
            ("market_segment", "@SUM(1)", "formula"),
            ("meal", "", "missing"),
            ("customer_type", "a" * 65, "too_long"),
        ],
    )
    def test_names_the_field(self, field: str, value: str, code: str):
        error = fault(**{field: value})

        assert error.code == code
        assert str(error.values["field"]).startswith(field[:10])

    @pytest.mark.parametrize(("day", "is_taken"), [("2016-03-30", True), ("2016-03-29", False)])
    def test_nobody_leaves_before_arriving(self, day: str, is_taken: bool):
        if is_taken:
            assert read(reservation_status_date=day).checked_out_on == day
        else:
            assert fault(reservation_status_date=day).code == "leaves_before_arriving"

    @given(
        st.dictionaries(
            st.sampled_from(REQUIRED),
            st.one_of(
                st.text(max_size=30), st.sampled_from(["", "NULL", "-1", "0", "=1", "9" * 30, "٣", "\x1f"])
            ),
            max_size=4,
        )
    )
    def test_tells_of_a_stay_or_says_why_not_whatever_stands_there(self, cells: dict[str, str]):
        with suppress(RowFault):
            (row,) = read_all(cells)

            assert rules.decode(rules.encode(row.told)) == row.told
            assert row.told.departure >= row.told.arrival

"""One cell, as people of several countries write it."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.stays.cells import rules
from portal.stays.rules import MAX_CENTS, RowFault


def fault(function: object, *arguments: object, **options: object) -> RowFault:
    with pytest.raises(RowFault) as caught:
        function(*arguments, **options)
    return caught.value


class TestCents:
    @pytest.mark.parametrize(
        ("written", "cents"),
        [
            ("", None),
            ("  ", None),
            ("0", 0),
            ("90", 9_000),
            ("90.5", 9_050),
            ("90,50", 9_050),
            ("-12,34", -1_234),
            ("\u221212.34", -1_234),
            ("1 234,56", 123_456),
            ("1\u00a0234.56", 123_456),
            ("1,234.56", 123_456),
            ("1.234,56", 123_456),
            ("1.234.567,8", 123_456_780),
            ("0.005", 1),
            ("0.0049", 0),
            ("-0.005", -1),
            ("2.5350", 254),
        ],
    )
    def test_reads_points_commas_and_spaces_and_rounds_half_up(self, written: str, cents: int | None):
        assert rules.cents(written, "net") == cents

    @pytest.mark.parametrize("written", ["1,234", "1.234", "12,345,678", "-1.000"])
    def test_refuses_to_guess_whether_a_sign_parts_thousands(self, written: str):
        assert fault(rules.cents, written, "net").code == "ambiguous_amount"

    @pytest.mark.parametrize(
        "written", ["EUR 5", "5 EUR", "1,2,3", "--5", "5-", "1e3", "٣", "=1+1", "1,23.45"]
    )
    def test_refuses_what_is_no_amount(self, written: str):
        assert fault(rules.cents, written, "net").code == "not_an_amount"

    @pytest.mark.parametrize(("cents", "is_taken"), [(MAX_CENTS, True), (MAX_CENTS + 1, False)])
    def test_has_a_limit(self, cents: int, is_taken: bool):
        written = f"{cents // 100}.{cents % 100:02d}"

        if is_taken:
            assert rules.cents(written, "net") == cents
        else:
            assert fault(rules.cents, written, "net").code == "amount_too_large"

    @given(st.integers(-MAX_CENTS, MAX_CENTS), st.sampled_from([".", ","]))
    def test_reads_every_amount_that_can_be_written(self, cents: int, sign: str):
        written = f"{'-' if cents < 0 else ''}{abs(cents) // 100}{sign}{abs(cents) % 100:02d}"

        assert rules.cents(written, "net") == cents

    @given(st.text(max_size=20))
    def test_answers_with_cents_or_a_fault_and_nothing_else(self, written: str):
        with suppress(RowFault):
            found = rules.cents(written, "net")

            assert found is None or isinstance(found, int)


class TestDay:
    @pytest.mark.parametrize(
        "written", ["2026-03-05", "05.03.2026", "5.3.2026", " 2026-03-05 ", "2026-03-05T23:59"]
    )
    def test_reads_both_ways_of_writing(self, written: str):
        assert rules.day(written, "arrival") == "2026-03-05"

    @pytest.mark.parametrize(
        ("written", "zone", "day"),
        [
            ("2026-03-05T23:30:00Z", "Europe/Moscow", "2026-03-06"),
            ("2026-03-05T23:30:00+03:00", "Europe/Lisbon", "2026-03-05"),
            ("2026-03-05T00:30:00+03:00", "Europe/Lisbon", "2026-03-04"),
            ("05.03.2026 23:30", "Europe/Moscow", "2026-03-05"),
        ],
    )
    def test_an_instant_falls_on_a_day_of_the_property(self, written: str, zone: str, day: str):
        assert rules.moment(written, "paid_at", zone=zone) == day

    @pytest.mark.parametrize(
        "written",
        ["31.02.2026", "2026-13-01", "tomorrow", "1989-12-31", "2101-01-01", "0001-01-01T00:00+14:00"],
    )
    def test_refuses_days_that_are_none(self, written: str):
        assert fault(rules.day, written, "arrival").code == "wrong_date"

    @pytest.mark.parametrize("written", ["1990-01-01", "2100-12-31"])
    def test_takes_the_first_and_the_last_day_of_its_range(self, written: str):
        assert rules.day(written, "arrival") == written

    def test_a_day_must_be_written(self):
        assert fault(rules.day, " ", "arrival").code == "missing"


class TestText:
    @pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", " ="])
    def test_refuses_what_a_spreadsheet_would_run(self, sign: str):
        assert fault(rules.text, f"{sign}cmd|' /C calc'!A0", "company_name").code == "formula"

    @pytest.mark.parametrize(("length", "is_taken"), [(200, True), (201, False)])
    def test_has_a_limit(self, length: int, is_taken: bool):
        if is_taken:
            assert rules.text("a" * length, "company_name") == "a" * length
        else:
            assert fault(rules.text, "a" * length, "company_name").values["limit"] == 200


class TestOtherCells:
    @pytest.mark.parametrize(("written", "number"), [("", 1), ("3", 3), ("3.0", 3), ("3,00", 3), (" 2 ", 2)])
    def test_reads_whole_numbers(self, written: str, number: int):
        assert rules.whole_number(written, "adults", default=1, limit=9) == number

    @pytest.mark.parametrize(
        ("written", "code"),
        [("-1", "negative"), ("1.5", "not_a_number"), ("two", "not_a_number"), ("10", "too_large")],
    )
    def test_refuses_numbers_that_count_nobody(self, written: str, code: str):
        assert fault(rules.whole_number, written, "adults", default=1, limit=9).code == code

    @pytest.mark.parametrize(
        ("written", "points"), [("", None), ("20", 2_000), ("20 %", 2_000), ("5,5%", 550), ("100", 10_000)]
    )
    def test_reads_percentages(self, written: str, points: int | None):
        assert rules.basis_points(written, "vat_rate") == points

    @pytest.mark.parametrize("written", ["-1", "100.01", "much"])
    def test_refuses_what_is_no_percentage(self, written: str):
        assert fault(rules.basis_points, written, "vat_rate").code == "not_a_percentage"

    @pytest.mark.parametrize(
        ("written", "is_yes"), [("да", True), ("X", True), ("1", True), ("", False), ("Нет", False)]
    )
    def test_reads_yes_and_no(self, written: str, is_yes: bool):
        assert rules.yes(written, "is_payment") is is_yes

    def test_refuses_maybe(self):
        assert fault(rules.yes, "maybe", "is_payment").code == "not_yes_or_no"

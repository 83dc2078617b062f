"""Tables that a spreadsheet opens without running anything."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents.tables import csv_bytes, csv_lines


def one(cell):
    """The cell as it stands in the file."""
    content = csv_bytes(["head"], [[cell]]).decode()
    return list(csv.reader(io.StringIO(content, newline="")))[1][0]


class TestACell:
    @pytest.mark.parametrize(
        "formula",
        [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "  =1",
            "\u00a0=1",
            "\uff1d1",
            "=",
            "-",
            "+44 20 7946 0000",
        ],
    )
    def test_is_never_a_formula(self, formula):
        assert one(formula) == f"'{formula}"

    @pytest.mark.parametrize("plain", ["Anna", "a=b", "7-9", "-12.50", "+3", "-0,5", "", "'quoted'", "€12"])
    def test_stays_as_it_is_when_it_is_none(self, plain):
        assert one(plain) == plain

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (-3, "-3"),
            (Decimal("-12.50"), "-12.50"),
            (None, ""),
            (date(2026, 6, 15), "2026-06-15"),
            (datetime(2026, 6, 15, 9, tzinfo=UTC), "2026-06-15T09:00:00+00:00"),
        ],
    )
    def test_writes_numbers_and_days_plainly(self, value, written):
        assert one(value) == written

    @given(st.text())
    def test_begins_like_a_formula_only_when_it_is_a_number(self, text):
        written = one(text)

        if written.lstrip()[:1] in {"=", "+", "-", "@"}:
            float(written.replace(",", "."))
        assert written.removeprefix("'").replace("\x00", "") in {
            text.replace("\x00", ""),
            text.removeprefix("'"),
        }


class TestTheFile:
    def test_keeps_commas_quotes_and_lines_within_their_cell(self):
        content = csv_bytes(["name", "note"], [['Anna "A", Ltd', "two\nlines"]])

        assert content == b'name,note\r\n"Anna ""A"", Ltd","two\nlines"\r\n'

    def test_marks_itself_as_utf8_when_asked(self):
        assert csv_bytes(["имя"], [], bom=True) == b"\xef\xbb\xbf" + "имя\r\n".encode()
        assert csv_bytes(["имя"], []) == "имя\r\n".encode()

    def test_separates_by_semicolons_when_asked(self):
        assert csv_bytes(["a", "b"], [["1;2", "3"]], delimiter=";") == b'a;b\r\n"1;2";3\r\n'

    def test_guards_its_header_too(self):
        assert csv_bytes(["=1"], []) == b"'=1\r\n"

    def test_comes_line_by_line(self):
        def rows():
            yield ["first"]
            raise AssertionError("read ahead")

        lines = csv_lines(["head"], rows())

        assert [next(lines), next(lines)] == [b"head\r\n", b"first\r\n"]

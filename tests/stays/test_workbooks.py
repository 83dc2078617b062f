"""Workbooks: values as a file of text would hold them, and everything else refused by name."""

import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.stays.files.rules import FileRefused
from portal.stays.sheets.rules import is_day
from portal.stays.workbooks import rules
from tests.stays.books import HEADER, by_hand, inline, sheet_of, workbook

COLUMNS = {name: name for name in HEADER}
REQUIRED = ("company", "points")


def read(file, *, most_rows=100):
    return rules.Rows(file, columns=COLUMNS, required=REQUIRED, most_rows=most_rows)


def cells(file):
    return [(record.row_no, record.cells) for record in read(file)]


def fault(file):
    [record] = read(file)
    return record.fault.code, record.fault.values, record.cells


def refused(file, **more):
    with pytest.raises(FileRefused) as refusal:
        list(read(file, **more))
    return refusal.value.code


class TestValues:
    def test_are_those_that_a_file_of_text_would_hold(self):
        file = workbook(
            ("ACME", 950, date(2025, 3, 10), "31.03.2027", "gold", datetime(2025, 1, 1, 18, 30)),  # noqa: DTZ001 -- no zone
            ("0012", 12.5, None, True, "  silver", None),
        )

        assert cells(file) == [
            (2, ["ACME", "950", "2025-03-10", "31.03.2027", "gold", "2025-01-01"]),
            (3, ["0012", "12.5", "", "true", "  silver", ""]),
        ]

    def test_keep_the_zeros_with_which_a_code_is_shown(self):
        def change(book, sheet):
            sheet.write_number(1, 0, 42, book.add_format({"num_format": "000000"}))

        assert cells(workbook((None, 1), change=change))[0][1][:2] == ["000042", "1"]

    def test_count_days_as_the_file_does(self):
        file = workbook(("ACME", 1, date(2025, 3, 10)), options={"date_1904": True})

        assert cells(file)[0][1][2] == "2025-03-10"

    def test_are_numbered_as_the_spreadsheet_does_without_blank_rows(self):
        def change(_book, sheet):
            sheet.write(6, 0, "BOR")

        assert [number for number, _ in cells(workbook(("ACME", 1), change=change))] == [2, 7]

    def test_of_columns_that_are_of_no_interest_are_left_alone(self):
        file = workbook(("ACME", "=1+1", 950), header=("Company", "Remark", "points"))

        assert cells(file) == [(2, ["ACME", "", "950"])]

    @pytest.mark.parametrize(
        ("code", "shows"),
        [
            ("dd.mm.yyyy", True), ("[$-419]D MMMM YYYY;@", True), ("yyyy", True), ("0.00", False),
            ('#,##0 "days"', False), ("[Red]0", False), ("h:mm", False), (r"0\d", False), ("General", False),
        ],
    )  # fmt: skip
    def test_are_days_by_the_letters_of_their_format(self, code, shows):
        assert is_day(code) is shows

    @given(st.lists(st.tuples(st.integers(-(10**6), 10**9), st.dates(date(1900, 3, 1))), max_size=6))
    @settings(max_examples=25)
    def test_come_back_as_they_were_written(self, rows):
        file = workbook(*[("ACME", points, day) for points, day in rows])

        found = [record.cells[1:3] for record in read(file)]
        assert found == [[str(points), day.isoformat()] for points, day in rows]


class TestAFaultyCell:
    def test_holds_a_formula_whatever_it_came_to(self):
        def change(_book, sheet):
            sheet.write_formula(1, 1, "=900+50", None, 950)

        assert fault(workbook(("ACME",), change=change)) == (
            "cell_formula", {"field": "points"}, ["ACME", "", "", "", "", ""],
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("cell", "code"),
        [
            ('<c r="B2" t="e"><v>#REF!</v></c>', "cell_error"),
            ('<c r="B2"><v>1E+999999999</v></c>', "not_a_number"),
            ('<c r="B2"><v>NaN</v></c>', "not_a_number"),
            ('<c r="B2"><v>many</v></c>', "not_a_number"),
            ('<c r="B2"><f>A1</f></c>', "cell_formula"),
        ],
    )
    def test_is_told_with_its_row_and_column(self, cell, code):
        sheet = sheet_of(HEADER).replace(
            "</sheetData>", f'<row r="2">{inline("ACME")}{cell}</row></sheetData>'
        )
        sheet = sheet.replace(f"<row>{inline('company')}", f'<row r="1">{inline("company")}')

        found, values, said = fault(by_hand(sheet))

        assert (found, values["field"], said[0]) == (code, "points", "ACME")

    def test_is_a_day_before_the_calendar_of_spreadsheets(self):
        def change(book, sheet):
            sheet.write_number(1, 2, 60, book.add_format({"num_format": "dd.mm.yyyy"}))

        assert fault(workbook(("ACME", 1), change=change))[0] == "wrong_date"


class TestAFileThatIsRefused:
    def test_has_two_sheets_with_something_in_them_hidden_or_not(self):
        def change(book, _sheet):
            other = book.add_worksheet("Old")
            other.write(0, 0, "x")
            other.hide()

        assert refused(workbook(("ACME", 1), change=change)) == "several_sheets"
        assert cells(workbook(("ACME", 1), change=lambda book, _sheet: book.add_worksheet("Empty")))

    def test_has_nothing_no_columns_or_one_of_them_twice(self):
        assert refused(by_hand("<worksheet><sheetData/></worksheet>")) == "empty"
        assert refused(workbook(("1",), header=("what",))) == "no_known_columns"
        assert refused(workbook(("1",), header=("company",))) == "missing_columns"
        assert refused(workbook(header=("company", "points", "Points"))) == "duplicate_header"

    def test_has_too_many_rows_columns_or_cells(self, monkeypatch):
        assert refused(workbook(*[("A", 1)] * 3), most_rows=2) == "too_many_rows"
        assert refused(workbook(("A",) * 201)) == "too_many_columns"
        monkeypatch.setattr("portal.stays.sheets.rules.MOST_CELLS", 7)
        assert refused(workbook(("A", 1))) == "xlsx_too_many_cells"

    def test_holds_macros_or_has_a_password(self):
        assert refused(by_hand(**{"xl__vbaProject.bin": "x"})) == "xlsx_macros"
        assert refused(io.BytesIO(b"\xd0\xcf\x11\xe0" + b"\0" * 600)) == "xlsx_locked"
        locked = bytearray(by_hand().getvalue())
        # The flag of encryption, in the first entry of the list of parts.
        locked[locked.rfind(b"PK\x01\x02") + 8] |= 1
        assert refused(io.BytesIO(bytes(locked))) == "xlsx_locked"

    @pytest.mark.parametrize("size", [4, 30, 200, -1, -40])
    def test_is_cut(self, size):
        whole = workbook(("ACME", 1)).getvalue()

        assert refused(io.BytesIO(whole[:size])) == "xlsx_broken"

    @pytest.mark.parametrize(
        "sheet",
        [
            '<row r="2"/><row r="1"/>', '<row r="0"/>', '<row r="9999999"/>', '<row r="x"/>',
            '<row r="1"><c r="A2"/></row>', '<row r="1"><c r="a1"/></row>', '<row r="1"><c r="ABCD1"/></row>',
            '<row r="1"><c r="A1" t="s"><v>7</v></c></row>', '<row r="1"><c s="-1"/></row>',
            '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>', "<row>",
        ],
    )  # fmt: skip
    def test_says_of_its_cells_what_no_spreadsheet_says(self, sheet):
        assert refused(by_hand(f"<worksheet><sheetData>{sheet}</sheetData></worksheet>")) == "xlsx_broken"

    def test_lacks_a_part_or_names_one_twice(self):
        assert refused(by_hand(xl__workbook_xml=None)) == "not_csv"
        file = by_hand()
        with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/workbook.xml", "<workbook/>")
        assert refused(file) == "xlsx_broken"

    def test_has_a_document_type_which_may_laugh_or_read_our_files(self):
        bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
        for said in (f'<!ENTITY a0 "ha">{bomb}', '<!ENTITY a8 SYSTEM "file:///etc/passwd">'):
            sheet = sheet_of(HEADER, ("&a8;",))
            assert refused(by_hand(f"<!DOCTYPE worksheet [{said}]>{sheet}")) == "xlsx_broken"

    def test_unpacks_without_end_and_takes_no_memory_for_it(self):
        blown = by_hand(f"<worksheet>{' ' * 70_000_000}</worksheet>")
        assert len(blown.getvalue()) < 200_000
        strings = by_hand(
            xl__sharedStrings_xml="<sst>" + f"<si><t>{'x' * 32_000}</t></si>" * 2_000 + "</sst>"
        )

        tracemalloc.start()
        codes = [refused(blown), refused(strings)]
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert codes == ["xlsx_cell_too_long", "unpacks_too_large"]
        assert peak < 60_000_000

    def test_lists_more_parts_than_a_workbook_has(self, monkeypatch):
        assert refused(by_hand(**{f"xl__p{n}": "x" for n in range(600)})) == "xlsx_broken"
        many = io.BytesIO()
        with zipfile.ZipFile(many, "w") as archive:
            for n in range(4_000):
                archive.writestr(f"{n:040}", "")
        many.seek(0)
        # The list is read whole as soon as the zip is opened.
        monkeypatch.setattr(rules.zipfile, "ZipFile", None)
        assert refused(many) == "xlsx_broken"

    def test_holds_a_format_that_would_be_read_for_ever(self):
        code = "[" * 100_000
        styles = f'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts></styleSheet>'

        assert refused(by_hand(xl__styles_xml=styles)) == "xlsx_broken"

    @given(st.binary(max_size=400), st.integers(0, 5_000), st.integers(1, 40))
    @settings(max_examples=60)
    def test_is_never_more_than_refused_whatever_is_in_it(self, noise, at, length):
        whole = bytearray(workbook(("ACME", 950, date(2025, 3, 10))).getvalue())
        whole[at : at + length] = noise[:length]
        whole[:4] = rules.ZIP_MAGIC

        with suppress(FileRefused):
            list(read(io.BytesIO(bytes(whole))))

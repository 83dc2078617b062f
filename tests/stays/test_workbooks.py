"""Workbooks: values as a file of text would hold them, and everything else refused by name."""

import csv
import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.stays.files import rules as files
from portal.stays.files.rules import FileRefused
from portal.stays.sheets import rules as sheets
from portal.stays.workbooks import rules
from tests.stays.books import HEADER, by_hand, inline, sheet_of, workbook

COLUMNS = {name: name for name in HEADER}
REQUIRED = ("company", "points")
BOOK = workbook(("ACME", 950, date(2025, 3, 10)), ("ACME", 12.5, None, True)).getvalue()
TEXTS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), include_characters="\n\t"), max_size=12)
CELLS = TEXTS | st.integers(-(10**15), 10**15) | st.dates(date(1900, 3, 1)) | st.booleans() | st.none()


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
            ('#,##0 "days"', False), ("[Red]0", False), (r"0\d", False), ("General", False),
        ],
    )  # fmt: skip
    def test_are_days_by_the_letters_of_their_format(self, code, shows):
        def change(book, sheet):
            sheet.write_number(1, 2, 45_726, book.add_format({"num_format": code}))

        assert cells(workbook(("ACME", 1), change=change))[0][1][2] == ("2025-03-10" if shows else "45726")

    @given(st.lists(st.tuples(*[CELLS] * len(HEADER)), max_size=6))
    @settings(max_examples=60)
    def test_are_those_of_the_same_rows_as_text(self, rows):
        options = {"strings_to_formulas": False, "strings_to_urls": False}

        assert cells(workbook(*rows, options=options)) == cells_of_text(rows)

    def test_of_numbers_have_the_digits_that_a_spreadsheet_shows(self):
        shown = {12.0: "12", 1e15: "1000000000000000", 0.1 + 0.2: "0.3", -4.5: "-4.5", 0.0: "0"}

        found = cells(workbook(*[("ACME", number) for number in shown]))

        assert [row[1] for _row_no, row in found] == list(shown.values())

    def test_are_read_beside_what_other_programs_keep_in_the_file(self):
        kept = "<?xml version='1.0' encoding='utf-16'?><x/>".encode("utf-16")

        assert cells(by_hand(sheet_of(HEADER, ("ACME", "1")), customXml__item1_xml=kept))

    def test_stand_where_the_table_does(self):
        def change(_book, sheet):
            for row_no, row in enumerate((("company", "points"), ("ACME", 1)), start=4):
                sheet.write_row(row_no, 3, row)

        assert cells(workbook(header=(), change=change)) == [(6, ["", "", "", "ACME", "1"])]


def cells_of_text(rows):
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow([str(cell).lower() if isinstance(cell, bool) else cell for cell in row])
    file = io.BytesIO(text.getvalue().encode())
    found = files.Rows(file, files.survey(file), columns=COLUMNS, required=REQUIRED)
    return [(record.row_no, record.cells) for record in found]


class TestAFaultyCell:
    def test_holds_a_formula_that_was_never_reckoned_below_all_others(self):
        file = by_hand(sheet_of(HEADER).replace("</sheetData>", "<row><c><f>A1</f></c></row></sheetData>"))

        assert fault(file)[:2] == ("cell_formula", {"field": "company"})

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
            ('<c r="B2"><v>-1E+300</v></c>', "not_a_number"),
            ('<c r="B2"><v>1E-300</v></c>', "not_a_number"),
            ('<c r="B2"><v>1000000000000001</v></c>', "not_a_number"),
            ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "cell_formula"),
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

        def reckon(book, _sheet):
            book.add_worksheet("Old").write_formula(0, 0, "=1", None, "")

        assert refused(workbook(("ACME", 1), change=reckon)) == "several_sheets"
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
        with monkeypatch.context() as few:
            few.setattr(sheets, "MOST_CELLS", 7)
            assert refused(workbook(("A", 1))) == "xlsx_too_many_cells"
            few.setattr(sheets, "MOST_CELLS", 8)
            assert cells(workbook(("A", "=1")))
        monkeypatch.setattr(sheets, "MOST_ELEMENTS", 60)
        two = {f"xl__{name}_xml": f"<x>{'<y/>' * 20}</x>" for name in "ab"}
        assert cells(by_hand(xl__a_xml=two["xl__a_xml"])) == []
        assert refused(by_hand(**two)) == "xlsx_too_many_cells"

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
            '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
            '<row r="1"><c s="-1"><v>1</v></c></row>', '<row r="1"><c t="e"><v>#SO!</v></c></row>',
            '<row r="1"><c><c r="A1"/></c></row>', '<row r="1"><row r="2"/></row>', '<c r="A1"><v>1</v></c>',
            '<row r="1"><c t="s"><v>-1</v></c></row>', '<row r="1"><c><v>1<v>2</v></v></c></row>',
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
        codes = [refused(file) for file in (blown, strings, claiming_less(blown), told_again())]
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert codes == ["unpacks_too_large", "unpacks_too_large", "xlsx_broken", "unpacks_too_large"]
        assert peak < 10_000_000

    def test_lists_more_parts_than_a_workbook_has(self, monkeypatch):
        assert refused(by_hand(**{f"xl__p{n}": "x" for n in range(600)})) == "xlsx_broken"
        many = io.BytesIO()
        with zipfile.ZipFile(many, "w") as archive:
            for n in range(4_000):
                archive.writestr(f"{n:040}", "")
        many.seek(0)
        # The list is read whole as soon as the zip is opened.
        monkeypatch.setattr(sheets.zipfile, "ZipFile", None)
        assert refused(many) == "xlsx_broken"

    def test_is_a_hundredth_of_what_it_unpacks_to(self):
        assert refused(by_hand(xl__media__image1_png="x" * 2_000_000)) == "xlsx_broken"

    def test_is_larger_than_any(self, monkeypatch):
        monkeypatch.setattr(sheets, "LIMIT_BYTES", 5_000)

        assert refused(by_hand(xl__a_xml="x" * 5_000)) == "unpacks_too_large"
        # What no part tells of may stand before them.
        assert refused(io.BytesIO(bytes(5_000) + by_hand().getvalue())) == "unpacks_too_large"
        assert cells(io.BytesIO(bytes(2_000) + by_hand().getvalue())) == []

    def test_holds_a_cell_longer_than_a_spreadsheet_can(self):
        assert refused(by_hand(sheet_of(HEADER, ("x" * 32_768,)))) == "xlsx_cell_too_long"
        assert cells(by_hand(sheet_of(HEADER, ("x" * 32_767,))))

    @pytest.mark.parametrize(
        ("place", "code"),
        [
            ("A166666", None), ("A166667", "xlsx_too_many_cells"), ("A1048576", "xlsx_too_many_cells"),
            ("A9999999", "xlsx_broken"), ("GR2", None), ("GS2", "too_many_columns"),
            ("XFD2", "too_many_columns"), ("ZZZZZ2", "xlsx_broken"), ("B99999999999999999999", "xlsx_broken"),
        ],
    )  # fmt: skip
    def test_reaches_so_far_that_reading_it_would_end_the_process(self, place, code):
        number = place.lstrip("ABCDEFGRSXZ")
        told = f'<row r="{number}"><c r="{place}"><v>1</v></c></row></sheetData>'
        file = by_hand(sheet_of(HEADER).replace("</sheetData>", told))

        if code is None:
            list(read(file))
        else:
            assert refused(file) == code

    def test_has_shared_texts_in_two_places_of_which_one_is_a_decoy(self):
        texts = "<sst><si><t>a</t></si></sst>"

        assert refused(by_hand(xl__sharedStrings_xml=texts, xl__a_xml=texts)) == "xlsx_broken"

    def test_makes_the_reader_panic(self, monkeypatch):
        panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})

        def fall(_file):
            raise panic

        monkeypatch.setattr(rules.CalamineWorkbook, "from_filelike", fall, raising=False)
        assert refused(workbook(("ACME", 1))) == "xlsx_broken"


class TestHostileBytes:
    @given(st.binary(max_size=600))
    @settings(max_examples=60)
    def test_are_never_more_than_refused_behind_the_mark_of_a_zip(self, noise):
        with pytest.raises(FileRefused):
            list(read(io.BytesIO(rules.ZIP_MAGIC + noise)))

    @given(st.data())
    @settings(max_examples=150)
    def test_are_never_more_than_refused_where_bits_are_turned_or_the_end_is_cut(self, data):
        file = bytearray(BOOK)
        for _ in range(data.draw(st.integers(0, 4))):
            file[data.draw(st.integers(4, len(file) - 1))] ^= 1 << data.draw(st.integers(0, 7))

        with suppress(FileRefused):
            list(read(io.BytesIO(bytes(file[: data.draw(st.integers(4, len(file)))]))))

    @given(st.data())
    @settings(max_examples=300)
    def test_are_never_more_than_refused_within_a_part_of_an_honest_zip(self, data):
        with zipfile.ZipFile(io.BytesIO(BOOK)) as archive:
            parts = {name: archive.read(name).decode() for name in archive.namelist()}
        name = data.draw(st.sampled_from([name for name in parts if name.startswith(("xl/", "_rels"))]))
        text = parts[name]
        at, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 12))
        # Pieces of other places are nearer to what a reader stumbles over than noise is.
        start = data.draw(st.integers(0, len(text)))
        piece = data.draw(
            st.text(max_size=6) | st.just(text[start : start + 12]) | st.from_regex(r"\d{1,20}")
        )
        parts[name] = text[:at] + piece + text[at + length :]
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for each, held in parts.items():
                archive.writestr(each, held.encode("utf-8", "surrogatepass"))

        with suppress(FileRefused):
            list(read(file))


def claiming_less(file):
    """The same zip, whose parts say that they unpack to little."""
    content = bytearray(file.getvalue())
    with zipfile.ZipFile(file) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    return io.BytesIO(bytes(content).replace(size, (900).to_bytes(4, "little")))


def told_again():
    """A sheet of a long text that many cells share."""
    row = "<row>" + '<c t="s"><v>0</v></c>' * 50 + "</row>"
    return by_hand(
        f"<worksheet><sheetData>{row * 50}</sheetData></worksheet>",
        xl__sharedStrings_xml=f"<sst><si><t>{'x' * 32_000}</t></si></sst>",
    )

"""Workbooks: numbers stay numbers, text stays text, the same bytes twice."""

import io
import re
import zipfile
from datetime import date

from portal.documents.workbooks import Sheet, money, workbook_bytes


def make(**changes):
    values = {"name": "Roll", "header": ["What", "Points", "EUR"], "rows": [["Issued", 950, money(12_345)]]}
    return workbook_bytes([Sheet(**{**values, **changes})], title="July", author="Maison Circle")


def part(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(name).decode()


class TestWorkbook:
    def test_holds_numbers_that_can_be_reckoned_with(self):
        cells = part(make(), "xl/worksheets/sheet1.xml")

        assert re.findall(r"<v>([\d.]+)</v></c>", cells)[-2:] == ["950", "123.45"]

    def test_makes_no_formula_of_what_somebody_typed(self):
        content = make(rows=[["=1+1", 1, None], ["http://a.example", 2, None]])

        assert "<f>" not in part(content, "xl/worksheets/sheet1.xml")
        assert "hyperlink" not in part(content, "xl/worksheets/sheet1.xml")

    def test_takes_days_notes_and_a_name_that_a_sheet_may_not_have(self):
        content = make(name="Jan/Feb: [all]", notes=["As of now"], rows=[["x", 1, date(2026, 1, 1)]])

        assert 'name="Jan Feb   all "' in part(content, "xl/workbook.xml")
        assert "<v>46023</v>" in part(content, "xl/worksheets/sheet1.xml")

    def test_is_the_same_bytes_twice(self):
        assert make() == make()

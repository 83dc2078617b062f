"""Tables as a workbook (XLSX) that can be reckoned with: numbers are numbers, money has two decimals.

Text is written as text, whoever typed it: nothing becomes a formula or a link. The same values give the
same bytes, so nothing in the file comes from the clock.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

import xlsxwriter

from portal.documents.tables import Cell

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CREATED = datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)
NARROWEST, WIDEST = 10, 44
NAME_CHARACTERS = 31
MOST_ROWS = 1_000_000
"""A sheet holds 1,048,576; what is longer is cut, and its last row says so by its dots."""
MEASURED_ROWS = 200
"""So many rows tell how wide a column is; the others leave before it is asked."""
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, what stands over the table, the columns and the rows; `sums` are set in bold."""

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str = ""
    notes: Sequence[str] = ()
    sums: frozenset[int] = field(default_factory=frozenset)
    """The numbers of the rows that are sums, from 0."""


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A long list: what stands over the table, the columns, and rows that are drawn one by one."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = ()


def money(amount_cents: int) -> Decimal:
    """Minor units as the number that a spreadsheet reckons with."""
    return Decimal(amount_cents).scaleb(-2)


def workbook_bytes(sheets: Sequence[Sheet], *, title: str, author: str) -> bytes:
    """The file."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": title, "author": author, "created": CREATED})
    formats = _Formats(book)
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name.translate(_NOT_IN_NAMES)[:NAME_CHARACTERS]), sheet, formats)
    book.close()
    return target.getvalue()


def write_list(target: IO[bytes], sheet: ListSheet, *, author: str) -> None:
    """A workbook of one list, of which no more than a row is held at a time."""
    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": sheet.title, "author": author, "created": CREATED})
    formats = _Formats(book)
    page = book.add_worksheet(sheet.title.translate(_NOT_IN_NAMES)[:NAME_CHARACTERS])
    rows = iter(sheet.rows)
    first = list(islice(rows, MEASURED_ROWS))
    head = _write_head(page, sheet, first, formats)
    last = head
    for last, line in enumerate(chain(first, rows), start=head + 1):
        if last - head > MOST_ROWS:
            page.write_string(last, 0, "…", formats.of("text", is_sum=False))
            break
        for column, cell in enumerate(line):
            _cell(page, last, column, cell, formats, is_sum=False)
    page.autofilter(head, 0, last, len(sheet.header) - 1)
    book.close()


def form_bytes(header: Sequence[str], rows: Sequence[Sequence[str]], *, title: str) -> bytes:
    """A workbook to be filled in and sent back: nothing stands above its header, every cell is text."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": CREATED})
    formats, page = _Formats(book), book.add_worksheet(title.translate(_NOT_IN_NAMES)[:NAME_CHARACTERS])
    for column, name in enumerate(header):
        page.set_column(column, column, _width([name, *(row[column] for row in rows)]))
        page.write_string(0, column, name, formats.head)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            page.write_string(line, column, cell, formats.of("text", is_sum=False))
    book.close()
    return target.getvalue()


class _Formats:
    """How each kind of cell looks, plain and in a sum."""

    def __init__(self, book: Any) -> None:
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.note = book.add_format({"font_color": "#495650"})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._of = {
            (kind, is_sum): book.add_format({**look, **({"bold": True, "top": 1} if is_sum else {})})
            for kind, look in {
                "text": {"num_format": "@"},
                "number": {"num_format": "#,##0"},
                "money": {"num_format": "#,##0.00"},
                "day": {"num_format": "yyyy-mm-dd"},
                "time": {"num_format": "yyyy-mm-dd hh:mm"},
            }.items()
            for is_sum in (False, True)
        }

    def of(self, kind: str, *, is_sum: bool) -> Any:
        return self._of[kind, is_sum]


def _write(page: Any, sheet: Sheet, formats: _Formats) -> None:
    row = _write_head(page, sheet, sheet.rows, formats)
    for number, line in enumerate(sheet.rows):
        for column, cell in enumerate(line):
            _cell(page, row + 1 + number, column, cell, formats, is_sum=number in sheet.sums)


def _write_head(
    page: Any, sheet: Sheet | ListSheet, measured: Sequence[Sequence[Cell]], formats: _Formats
) -> int:
    """What stands over the table and its columns' names; says in which row those are."""
    row = 0
    for said, look in ((sheet.title, formats.title), *((note, formats.note) for note in sheet.notes)):
        if said:
            page.write_string(row, 0, said, look)
            row += 1
    row += bool(row)
    for column, name in enumerate(sheet.header):
        page.write_string(row, column, name, formats.head)
        page.set_column(column, column, _width([name, *(line[column] for line in measured)]))
    page.freeze_panes(row + 1, 1)
    return row


def _cell(page: Any, row: int, column: int, cell: Cell, formats: _Formats, *, is_sum: bool) -> None:
    match cell:
        case None:
            page.write_blank(row, column, None, formats.of("text", is_sum=is_sum))
        case Decimal():
            page.write_number(row, column, cell, formats.of("money", is_sum=is_sum))
        case int():
            page.write_number(row, column, cell, formats.of("number", is_sum=is_sum))
        case datetime() if cell.tzinfo is None:
            page.write_datetime(row, column, cell, formats.of("time", is_sum=is_sum))
        case datetime():
            page.write_string(row, column, cell.isoformat(), formats.of("text", is_sum=is_sum))
        case date():
            page.write_datetime(row, column, cell, formats.of("day", is_sum=is_sum))
        case _:
            page.write_string(row, column, cell, formats.of("text", is_sum=is_sum))


def _width(cells: Sequence[Cell]) -> int:
    longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
    return min(max(longest + 2, NARROWEST), WIDEST)

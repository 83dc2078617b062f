"""Reading a workbook (XLSX) of rows, as strictly as a file of text: nothing in it is believed.

Its values are calamine's, which is given those documents only that were looked through before. A document
type, a macro, a password or a second sheet with something in it is refused by name. A formula is no value:
what it came to was reckoned elsewhere, perhaps long ago.
"""

import hashlib
import io
import math
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, repeat
from typing import BinaryIO, TypeAlias

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    WorksheetNotFound,
)

from portal.stays.files.rules import CELL_SHOWN, CHUNK_BYTES, FileRefused, Record, fields_of
from portal.stays.rules import RowFault
from portal.stays.sheets.rules import MOST_PARTS, OLE_MAGIC, WORKSHEET, Part, parts_of

Value: TypeAlias = float | str | bool | time | date | timedelta

ZIP_MAGIC = b"PK\x03\x04"
_DIGITS = 15
"""A spreadsheet keeps as many digits of a number and no more."""
_FIRST_DAY = date(1900, 3, 1)
"""Before it, that calendar has a 29 February which never was."""


def is_workbook(file: BinaryIO) -> bool:
    """Whether a file is a workbook, by how it begins: a zip, or what a password makes of it."""
    beginning = file.read(4)
    file.seek(0)
    return beginning in {ZIP_MAGIC, OLE_MAGIC}


def digest_of(file: BinaryIO) -> str:
    """The digest by which the same workbook is known again."""
    found = hashlib.sha256()
    while chunk := file.read(CHUNK_BYTES):
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()


class Rows:
    """The header of the one sheet that holds something and its rows, numbered as a spreadsheet does."""

    def __init__(
        self, file: BinaryIO, *, columns: Mapping[str, str], required: Sequence[str], most_rows: int
    ) -> None:
        self._sheet, part = _only_sheet(parts_of(file, most_rows=most_rows))
        self._last_row, self._notes = part.last_row, part.notes
        self._first_column = (self._sheet.start or (0, 0))[1]
        self._header_no, header = next(self._filled())
        names = [self._heading(header, column) for column in range(self._first_column + len(header))]
        self.fields = fields_of(names, columns=columns, required=required)

    def __iter__(self) -> Iterator[Record]:
        for row_no, row in self._filled():
            if row_no == self._header_no:
                continue
            cells, fault = [], None
            for column, field in enumerate(self.fields):
                try:
                    cells.append(self._text(row_no, row, column, field) if field else "")
                except RowFault as found:
                    cells.append("")
                    fault = fault or found
            if any(cells) or fault is not None:
                yield Record(row_no, cells, fault)

    def _filled(self) -> Iterator[tuple[int, list[Value]]]:
        # Rows with nothing but formulas that were never reckoned are none to calamine.
        with _reading():
            rows = chain(self._sheet.iter_rows(), repeat([]))
            for row_no, row in zip(range(1, self._last_row + 1), rows, strict=False):
                if row_no in self._notes or any(value != "" for value in row):
                    yield row_no, row

    def _heading(self, row: list[Value], column: int) -> str:
        try:
            return self._text(self._header_no, row, column, "header")
        except RowFault:
            return ""

    def _text(self, row_no: int, row: list[Value], column: int, field: str) -> str:
        """The value of a cell as it would stand in a file of text. Raises `RowFault`."""
        note = self._notes.get(row_no, {}).get(column)
        if note is not None and note.fault:
            told = {"value": note.value} if note.value else {}
            raise RowFault(note.fault, field=field, **told)
        at = column - self._first_column
        value = row[at] if 0 <= at < len(row) else ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            # A code that is kept as a number keeps the zeros with which it is shown.
            return _number(value, field).zfill(note.digits if note is not None else 0)
        if isinstance(value, date):
            return _day(value, field)
        return str(value)


def _number(value: float, field: str) -> str:
    if not math.isfinite(value) or abs(value) > 10**_DIGITS:
        raise RowFault("not_a_number", field=field, value=str(value)[:CELL_SHOWN])
    shown = f"{Decimal(f'{value:.{_DIGITS}g}').normalize():f}"
    if len(shown) > CELL_SHOWN:
        raise RowFault("not_a_number", field=field, value=str(value)[:CELL_SHOWN])
    return shown


def _day(value: date, field: str) -> str:
    day = value.date() if isinstance(value, datetime) else value
    if day < _FIRST_DAY:
        raise RowFault("wrong_date", field=field, value=day.isoformat())
    return day.isoformat()


def _only_sheet(parts: Sequence[Part]) -> tuple[CalamineSheet, Part]:
    """The sheet that holds something, and what was seen of it. Raises `FileRefused`."""
    book = [part for part in parts if part.root != WORKSHEET]
    found: list[tuple[CalamineSheet, Part]] = []
    for part in parts:
        # One at a time: so it is plain which of the documents is the sheet of a name.
        if part.last_row and (sheet := _sheet(_packed([*book, part]))) is not None:
            found.append((sheet, part))
        if len(found) > 1:
            (first, _one), (second, _other) = found
            raise FileRefused(
                "several_sheets", first=first.name[:CELL_SHOWN], second=second.name[:CELL_SHOWN]
            )
    if not found:
        raise FileRefused("empty")
    return found[0]


def _sheet(file: BinaryIO) -> CalamineSheet | None:
    """The one sheet of a workbook whose document is there; none if no sheet has it."""
    with _reading():
        book = CalamineWorkbook.from_filelike(file)
        for number, told in enumerate(book.sheets_metadata[:MOST_PARTS]):
            if told.typ != SheetTypeEnum.WorkSheet:
                continue
            try:
                return book.get_sheet_by_index(number)
            except WorksheetNotFound:
                continue
    return None


@contextmanager
def _reading() -> Iterator[None]:
    """Whatever calamine makes of a damaged workbook is one refusal."""
    try:
        yield
    except (CalamineError, ValueError, OSError, OverflowError):
        raise FileRefused("xlsx_broken") from None
    except BaseException as error:
        # What panics in Rust is no Exception to Python, and its class has no name to import.
        if type(error).__module__ == "pyo3_runtime":
            raise FileRefused("xlsx_broken") from None
        raise


def _packed(parts: Sequence[Part]) -> BinaryIO:
    """The parts that were looked through, and nothing else, as a zip of our own."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.writestr(part.name, part.content)
    file.seek(0)
    return file

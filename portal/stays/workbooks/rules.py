"""Reading a workbook (XLSX) of rows, as strictly as a file of text: nothing in it is believed.

A workbook is a zip of XML documents. What it unpacks to is counted while it is unpacked, whatever it
claims; a document type, a macro, a password or a second sheet with something in it is refused by name. A
formula is no value: what it came to was reckoned elsewhere, perhaps long ago. Days are told by the format
of their cells.
"""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import BinaryIO, TypeVar
from xml.etree.ElementTree import ParseError, XMLParser

from portal.stays.files.rules import CELL_SHOWN, CHUNK_BYTES, FileRefused, Record, fields_of
from portal.stays.rules import RowFault
from portal.stays.sheets import rules as parts
from portal.stays.sheets.rules import Book, Cell, SheetReader, Strings, Styles, Target

T = TypeVar("T", bound=Target)

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
UNPACKED_LIMIT_BYTES = 32 * 1024 * 1024
MOST_PARTS = 500
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_END_WITHIN = 66_000
_MOST_LISTED = 128 * 1024
_MOST_DIGITS = 15
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465
"""From 1 March 1900, since that calendar has a 29 February which never was, to the end of 9999."""
_ZEROS = re.compile(r"0{2,}")


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
        archive = _Archive(file)
        self._book = archive.parse(parts.BOOK, Book())
        targets = archive.parse(parts.BOOK_LINKS, parts.Links()).targets
        self._strings = archive.parse(parts.STRINGS, Strings()) if parts.STRINGS in archive else Strings()
        self._styles = archive.parse(parts.STYLES, Styles()) if parts.STYLES in archive else Styles()
        self._rows = self._only_sheet(archive, targets, most_rows)
        _header_no, header = self._rows.pop(0)
        self._columns = range(max(header) + 1)
        names = [self._heading(header.get(column)) for column in self._columns]
        self.fields = fields_of(names, columns=columns, required=required)

    def __iter__(self) -> Iterator[Record]:
        for row_no, row in self._rows:
            cells, fault = [], None
            for column, field in zip(self._columns, self.fields, strict=True):
                try:
                    cells.append(self._text(row.get(column), field) if field else "")
                except RowFault as found:
                    cells.append("")
                    fault = fault or found
            if any(cells) or fault is not None:
                yield Record(row_no, cells, fault)

    def _only_sheet(
        self, archive: "_Archive", targets: Mapping[str, str], most_rows: int
    ) -> list[tuple[int, dict[int, Cell]]]:
        first: list[tuple[int, dict[int, Cell]]] = []
        of_first = ""
        for name, link in self._book.sheets[:MOST_PARTS]:
            if (part := parts.within(targets.get(link, ""))) not in archive:
                continue  # a chart that stands on a sheet of its own
            rows = archive.parse(part, SheetReader(most_rows + 1)).rows
            if rows and first:
                raise FileRefused("several_sheets", first=of_first[:CELL_SHOWN], second=name[:CELL_SHOWN])
            if rows:
                first, of_first = rows, name
        if not first:
            raise FileRefused("empty")
        return first

    def _heading(self, cell: Cell | None) -> str:
        try:
            return self._text(cell, "header")
        except RowFault:
            return ""

    def _text(self, cell: Cell | None, field: str) -> str:
        """The value of a cell as it would stand in a file of text. Raises `RowFault`."""
        if cell is None:
            return ""
        if cell.is_formula:
            raise RowFault("cell_formula", field=field)
        if cell.kind == "e":
            raise RowFault("cell_error", field=field, value=cell.value[:CELL_SHOWN])
        if cell.kind == "s":
            return self._strings.at(cell.value)
        if cell.kind == "b":
            return "true" if cell.value == "1" else "false"
        return self._number(cell, field) if cell.kind == "n" else cell.value

    def _number(self, cell: Cell, field: str) -> str:
        try:
            number = Decimal(cell.value)
        except InvalidOperation:
            raise RowFault("not_a_number", field=field, value=cell.value[:CELL_SHOWN]) from None
        # Written out, 1E+999999999 would fill the memory.
        if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
            raise RowFault("not_a_number", field=field, value=cell.value[:CELL_SHOWN])
        code = self._styles.format_of(cell.style)
        if parts.is_day(code):
            return self._day(number, field)
        shown = f"{number.normalize():f}"
        # A code that is kept as a number keeps the zeros with which it is shown.
        return shown.zfill(len(code)) if _ZEROS.fullmatch(code) and shown.isdigit() else shown

    def _day(self, number: Decimal, field: str) -> str:
        serial = int(number) + (parts.DAYS_TO_1904 if self._book.is_1904 else 0)
        if not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
            raise RowFault("wrong_date", field=field, value=str(serial))
        return (date(1899, 12, 30) + timedelta(days=serial)).isoformat()


@dataclass(slots=True)
class _Budget:
    """How many bytes may still be unpacked."""

    left: int = UNPACKED_LIMIT_BYTES

    def spend(self, found: int) -> None:
        self.left -= found
        if self.left < 0:
            raise FileRefused("unpacks_too_large", mebibytes=UNPACKED_LIMIT_BYTES // 2**20)


class _Archive:
    """The parts of a workbook, each unpacked piece by piece."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        if file.read(4) == OLE_MAGIC:
            raise FileRefused("xlsx_locked")
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
            raise FileRefused("xlsx_broken") from None
        self._budget = _Budget()
        self._infos = {info.filename: info for info in self._zip.infolist()}
        self._check()

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def _check(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MOST_PARTS or len(self._infos) < len(infos):
            raise FileRefused("xlsx_broken")
        if any(info.flag_bits & _ENCRYPTED for info in infos):
            raise FileRefused("xlsx_locked")
        if any(info.compress_type not in METHODS for info in infos):
            raise FileRefused("xlsx_broken")
        if any(name.lower().endswith("vbaproject.bin") for name in self._infos):
            raise FileRefused("xlsx_macros")
        if parts.BOOK not in self or parts.BOOK_LINKS not in self:
            raise FileRefused("not_csv")

    def parse(self, name: str, target: T) -> T:
        """Read one part through; what reads it is given back."""
        parser = XMLParser(target=target)  # noqa: S314 -- a document type is refused before it says anything
        try:
            with self._zip.open(self._infos[name]) as part:
                while chunk := part.read(CHUNK_BYTES):
                    self._budget.spend(len(chunk))
                    parser.feed(chunk)
            parser.close()
        except (ParseError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise FileRefused("xlsx_broken") from None
        return target


def _check_directory(file: BinaryIO) -> None:
    """Look at the end of a zip, where its list of parts is: all of it is read at once, however long."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(size - _END_WITHIN, 0))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    # The larger kind of zip says its sizes elsewhere; no workbook of ours needs it.
    if at < 0 or b"PK\x06\x07" in tail or int.from_bytes(tail[at + 12 : at + 16], "little") > _MOST_LISTED:
        raise FileRefused("xlsx_broken")

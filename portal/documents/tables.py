"""Tables as CSV that a spreadsheet opens without running anything.

A cell that begins with = + - @ is a formula to a spreadsheet, whoever typed it: a guest's name may
be one. Such text gets an apostrophe before it, which a spreadsheet hides. Numbers stay numbers.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

Cell: TypeAlias = str | int | Decimal | date | datetime | None
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FORMULA = re.compile(r"[\s\x00-\x20]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?", re.ASCII)


def csv_lines(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool = False, delimiter: str = ","
) -> Iterator[bytes]:
    """The file line by line, in UTF-8, for an answer that streams.

    `bom` marks the file as UTF-8 for Excel; with Russian or German settings it also wants `;`.
    """
    if bom:
        yield BYTE_ORDER_MARK
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\r\n")
    for row in _with_header(header, rows):
        writer.writerow([_safe(cell) for cell in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def csv_bytes(
    header: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool = False, delimiter: str = ","
) -> bytes:
    """The whole file; see `csv_lines`."""
    return b"".join(csv_lines(header, rows, bom=bom, delimiter=delimiter))


def _with_header(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield header
    yield from rows


def _safe(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        # Of the hotel's clock, as the page prints it; what has a zone says it.
        return cell.isoformat(sep=" ", timespec="minutes") if cell.tzinfo is None else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if not isinstance(cell, str):
        return str(cell)
    text = cell.replace("\x00", "")
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text

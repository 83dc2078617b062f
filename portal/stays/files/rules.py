"""Reading a file of rows: what it is made of is found out first, then its rows come one by one.

Nothing here holds more than a few hundred kilobytes of the file, whatever its size, and whatever
it unpacks to. A file that cannot be read as a whole is refused by name and nothing of it is taken.
"""

import codecs
import csv
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from portal.stays.rules import RowFault

UNPACKED_LIMIT_BYTES = 512 * 1024 * 1024
LINE_LIMIT_BYTES = 64 * 1024
CHUNK_BYTES = 256 * 1024
MAX_COLUMNS = 200
CELL_SHOWN = 60
DELIMITERS = (",", ";", "\t")

GZIP_MAGIC = b"\x1f\x8b"
# What people send instead of a CSV: a workbook (.xlsx is a zip, .xls is OLE), a document, a page.
OTHER_KINDS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"<?xml", b"<!DOC", b"<html")
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
RUSSIAN_LETTERS = bytes([0xA8, 0xB8, *range(0xC0, 0x100)])
TYPOGRAPHY = bytes([0x84, 0x85, 0x91, 0x92, 0x93, 0x94, 0x96, 0x97, 0xA0, 0xAB, 0xB0, 0xB9, 0xBB, 0x88])
MOSTLY = 10
"""One strange sign in so many is a slip; more is another alphabet."""


class FileRefused(Exception):
    """The file as a whole cannot be read; nothing of it was taken."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found out of a file before its first row is read."""

    digest: str
    encoding: str
    is_packed: bool
    lines: int
    ends_with_newline: bool


class Record(NamedTuple):
    """One row: its number as a spreadsheet shows it, and its cells, or what is wrong with it."""

    row_no: int
    cells: list[str]
    fault: RowFault | None


def survey(file: BinaryIO, *, limit_bytes: int = UNPACKED_LIMIT_BYTES) -> Survey:
    """Look through the whole file once. Raises `FileRefused`."""
    beginning = file.read(8)
    file.seek(0)
    is_packed = beginning.startswith(GZIP_MAGIC)
    if beginning.startswith(OTHER_KINDS):
        raise FileRefused("not_csv")
    found = _Looker(limit_bytes)
    with _unpacked(file, is_packed=is_packed) as content:
        while chunk := content.read(CHUNK_BYTES):
            found.look(chunk)
    encoding = found.encoding()
    if encoding is None:
        file.seek(0)
        with _unpacked(file, is_packed=is_packed) as content:
            encoding = _cyrillic(content)
    file.seek(0)
    return Survey(found.sha.hexdigest(), encoding, is_packed, found.lines, found.last == b"\n")


class _Looker:
    """What is learnt from one chunk after the other."""

    def __init__(self, limit_bytes: int) -> None:
        self.sha = hashlib.sha256()
        self.lines = 0
        self.last = b""
        self._limit = limit_bytes
        self._bytes = 0
        self._open = 0  # bytes since the last end of a line
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = True
        self._begins_with = b""

    def look(self, chunk: bytes) -> None:
        if not self._bytes:
            self._begins_with = chunk[:4]
            if chunk.startswith(UTF16_MARKS):
                raise FileRefused("utf16")
            if chunk.startswith(OTHER_KINDS):
                raise FileRefused("not_csv")
        self._bytes += len(chunk)
        if self._bytes > self._limit:
            raise FileRefused("unpacks_too_large", mebibytes=self._limit // 2**20)
        if (at := chunk.find(b"\0")) >= 0:
            raise FileRefused("nul_bytes", row=self.lines + chunk.count(b"\n", 0, at) + 1)
        self._measure_lines(chunk)
        self.sha.update(chunk)
        self.last = chunk[-1:]
        if self._is_utf8:
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._is_utf8 = False

    def _measure_lines(self, chunk: bytes) -> None:
        """Look from the last end of a line within reach to the next: a few steps, however short the lines."""
        start = 0
        while True:
            reach = start + LINE_LIMIT_BYTES - self._open + 1
            end = chunk.rfind(b"\n", start, reach)
            if end < 0:
                break
            start, self._open = end + 1, 0
        self._open += len(chunk) - start
        if self._open > LINE_LIMIT_BYTES:
            raise FileRefused("line_too_long", row=self.lines + chunk.count(b"\n", 0, start) + 1)
        self.lines += chunk.count(b"\n")

    def encoding(self) -> str | None:
        """UTF-8 or none; raises where there is nothing, or where it ends within a letter."""
        if not self._bytes:
            raise FileRefused("empty")
        if not self._is_utf8:
            return None
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise FileRefused("truncated", row=self.lines + 1) from None
        return "utf-8-sig" if self._begins_with.startswith(codecs.BOM_UTF8) else "utf-8"


def _cyrillic(content: "BinaryIO | gzip.GzipFile") -> str:
    """Whether what is not UTF-8 is Russian in cp1251, and not Latin-1, cp866 or a broken UTF-8.

    In cp1251 nearly every byte above ASCII is a Russian letter, and stands beside another one.
    """
    high = letters = among_latin = among_russian = 0
    while chunk := content.read(CHUNK_BYTES):
        if b"\x98" in chunk:  # the one byte that cp1251 leaves empty
            raise FileRefused("encoding")
        high += len(chunk) - len(chunk.translate(None, bytes(range(0x80, 0x100))))
        letters += len(chunk) - len(chunk.translate(None, RUSSIAN_LETTERS + TYPOGRAPHY))
        among_latin += len(re.findall(rb"[A-Za-z][\xc0-\xff]|[\xc0-\xff][A-Za-z]", chunk))
        among_russian += len(re.findall(rb"[\xc0-\xff]{2}", chunk))
    if (high - letters) * MOSTLY > high or among_latin > among_russian:
        raise FileRefused("encoding")
    return "cp1251"


@contextmanager
def _unpacked(file: BinaryIO, *, is_packed: bool) -> "Iterator[BinaryIO | gzip.GzipFile]":
    if not is_packed:
        yield file
        return
    try:
        with gzip.GzipFile(fileobj=file) as content:
            yield content
    except EOFError:
        raise FileRefused("gzip_truncated") from None
    except (gzip.BadGzipFile, zlib.error):
        raise FileRefused("gzip_broken") from None


def fold_header(text: str) -> str:
    """A header as it is compared: no case, no ё, signs as one underscore."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return re.sub(r"[\W_]+", "_", text).strip("_")


class Rows:
    """The header of a file and, once, its rows."""

    def __init__(
        self, file: BinaryIO, found: Survey, *, columns: Mapping[str, str], required: Sequence[str]
    ) -> None:
        self._file = file
        self._found = found
        with self._text() as text:
            line = text.readline()
        self._delimiter = _delimiter(line, columns)
        try:
            header = _header(line, self._delimiter)
        except csv.Error:
            raise FileRefused("open_quote", row=1) from None
        self.fields = fields_of(header, columns=columns, required=required)

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        self._file.seek(0)
        with _unpacked(self._file, is_packed=self._found.is_packed) as content:
            text = io.TextIOWrapper(content, encoding=self._found.encoding, newline="")
            try:
                yield text
            finally:
                text.detach()

    def __iter__(self) -> Iterator[Record]:
        width = len(self.fields)
        with self._text() as text:
            reader = csv.reader(text, delimiter=self._delimiter, strict=True)
            next(reader)
            row_no = 1
            while True:
                row_no += 1
                try:
                    cells = next(reader)
                except StopIteration:
                    break
                except csv.Error as error:
                    yield self._unreadable(row_no, error)
                    continue
                if not any(cells):
                    continue  # a blank line, or a row of nothing but separators
                if len(cells) == width:
                    yield Record(row_no, cells, None)
                    continue
                if len(cells) < width and self._is_cut(reader.line_num):
                    raise FileRefused("truncated", row=row_no)
                fault = RowFault("field_count", expected=width, found=len(cells))
                yield Record(row_no, cells, fault)

    def _is_cut(self, line_no: int) -> bool:
        """Whether this is the last line, and it has no end."""
        return not self._found.ends_with_newline and line_no > self._found.lines

    def _unreadable(self, row_no: int, error: csv.Error) -> Record:
        said = str(error)
        if "end of data" in said:
            raise FileRefused("truncated", row=row_no) from None
        if "field limit" in said:
            # What the open quotation mark swallowed cannot be counted, so nothing may be taken.
            raise FileRefused("open_quote", row=row_no) from None
        return Record(row_no, [], RowFault("broken_quotes"))


def _delimiter(line: str, columns: Mapping[str, str]) -> str:
    """The separator with which most of the header is known."""

    def known(delimiter: str) -> int:
        try:
            header = _header(line, delimiter)
        except csv.Error:
            return 0
        return sum(fold_header(cell) in columns for cell in header)

    return max(DELIMITERS, key=known)


def _header(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, strict=True), [])


def fields_of(header: list[str], *, columns: Mapping[str, str], required: Sequence[str]) -> list[str]:
    """The field of each column; '' for one of no interest. Raises `FileRefused`."""
    if len(header) > MAX_COLUMNS:
        raise FileRefused("too_many_columns", found=len(header), limit=MAX_COLUMNS)
    folded = [fold_header(cell) for cell in header]
    fields = [columns.get(cell, "") for cell in folded]
    if not any(fields):
        raise FileRefused("no_known_columns")
    for names in (folded, fields):
        seen: set[str] = set()
        for name, cell in zip(names, header, strict=True):
            if name and name in seen:
                raise FileRefused("duplicate_header", column=cell.strip()[:CELL_SHOWN])
            seen.add(name)
    if missing := [name for name in required if name not in fields]:
        raise FileRefused("missing_columns", columns=", ".join(missing))
    return fields

"""The XML documents of a workbook, read as a stream: each reader keeps what is asked of it, nothing else.

Names are compared without their namespaces: there are two for the same words.
"""

import posixpath
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from portal.stays.files.rules import MAX_COLUMNS, FileRefused

BOOK = "xl/workbook.xml"
BOOK_LINKS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
MOST_ROW_NO = 1_048_576
MOST_CHARACTERS = 32_767
MOST_CELLS = 300_000
MOST_FORMAT = 255
DAYS_TO_1904 = 1_462
# Formats that are not written out in the file and show a day.
_DAYS_KNOWN = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
_NOT_LETTERS = re.compile(r"\"[^\"]*\"|\\.|_.|\*.|\[[^\]]*\]")
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_DAY, _PLAIN = "y", ""


class Cell(NamedTuple):
    """What stands in a cell: of which kind, its value as written, its style, and whether it is reckoned."""

    kind: str
    value: str
    style: int
    is_formula: bool


class Target:
    """What an XML parser tells of a document. A document type could say anything: it is refused."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; its text is gathered from here."""
        name = tag.rpartition("}")[2]
        self._text, self._length = [], 0
        self.begin(name, {key.rpartition("}")[2]: value for key, value in attributes.items()})

    def data(self, text: str) -> None:
        """A piece of text."""
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise FileRefused("xlsx_cell_too_long")
        self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        self.finish(tag.rpartition("}")[2], "".join(self._text))
        self._text, self._length = [], 0

    def doctype(self, name: str, public: str, system: str) -> None:
        """A document type, which may hold entities without end or name files of ours."""
        del name, public, system
        raise FileRefused("xlsx_broken")

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """What a reader does at the beginning of an element."""

    def finish(self, name: str, text: str) -> None:
        """What a reader does at its end."""

    def close(self) -> None:
        """Nothing is built."""


class Book(Target):
    """The sheets, in their order, and from which day days are counted."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.is_1904 = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            self.sheets.append((attributes.get("name", ""), attributes.get("id", "")))
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in {"1", "true"}


class Links(Target):
    """Where the parts lie to which a workbook refers."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class Strings(Target):
    """Texts that cells share. How a text is read aloud is not part of it."""

    def __init__(self) -> None:
        super().__init__()
        self._texts: list[str] = []
        self._pieces: list[str] = []
        self._aloud = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        if name == "si":
            self._pieces = []
        self._aloud += name == "rPh"

    def finish(self, name: str, text: str) -> None:
        if name == "t" and not self._aloud:
            self._pieces.append(text)
        elif name == "si":
            self._texts.append("".join(self._pieces))
        self._aloud -= name == "rPh"

    def at(self, number: str) -> str:
        """One of them by its number."""
        if not (number.isascii() and number.isdigit() and len(number) <= len(str(MOST_ROW_NO))):
            raise FileRefused("xlsx_broken")
        if int(number) >= len(self._texts):
            raise FileRefused("xlsx_broken")
        return self._texts[int(number)]


class Styles(Target):
    """How cells are shown: the format of each style."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[int, str] = {}
        self._formats: list[int] = []
        self._in_cells = False

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt":
            code = attributes.get("formatCode", "")
            if len(code) > MOST_FORMAT:
                raise FileRefused("xlsx_broken")
            self._codes[whole(attributes.get("numFmtId", ""))] = code
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._formats.append(whole(attributes.get("numFmtId", "0")))

    def finish(self, name: str, text: str) -> None:
        del text
        if name == "cellXfs":
            self._in_cells = False

    def format_of(self, style: int) -> str:
        """The code of a style: that of the file, or one that stands for every day of those that are known."""
        if style >= len(self._formats):
            return _PLAIN
        number = self._formats[style]
        return self._codes.get(number, _DAY if number in _DAYS_KNOWN else _PLAIN)


@dataclass(slots=True)
class _Open:
    """The cell that is being read."""

    column: int
    kind: str
    style: int
    value: str = ""
    is_formula: bool = False


class SheetReader(Target):
    """The cells of a sheet that hold something, by row number and column from 0."""

    def __init__(self, most_rows: int) -> None:
        super().__init__()
        self.rows: list[tuple[int, dict[int, Cell]]] = []
        self._most_rows = most_rows
        self._row_no = self._cells = 0
        self._row: dict[int, Cell] = {}
        self._cell: _Open | None = None
        self._next = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            row_no = whole(attributes["r"]) if "r" in attributes else self._row_no + 1
            if not self._row_no < row_no <= MOST_ROW_NO:
                raise FileRefused("xlsx_broken")
            self._row_no, self._row, self._next = row_no, {}, 0
        elif name == "c":
            column = self._column(attributes.get("r", ""))
            self._cell = _Open(column, attributes.get("t", "n"), whole(attributes.get("s", "0")))
            self._next = column + 1
        elif name == "f" and self._cell is not None:
            self._cell.is_formula = True

    def finish(self, name: str, text: str) -> None:
        if self._cell is not None and name in {"v", "t"}:
            self._cell.value += text
        elif name == "c" and self._cell is not None:
            self._keep(self._cell)
            self._cell = None
        elif name == "row" and self._row:
            if len(self.rows) == self._most_rows:
                raise FileRefused("too_many_rows", limit=self._most_rows - 1)
            self.rows.append((self._row_no, self._row))

    def _keep(self, cell: _Open) -> None:
        if not cell.value.strip() and not cell.is_formula:
            return
        if cell.column >= MAX_COLUMNS:
            raise FileRefused("too_many_columns", found=cell.column + 1, limit=MAX_COLUMNS)
        if cell.column in self._row:
            raise FileRefused("xlsx_broken")
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise FileRefused("xlsx_too_many_cells", limit=MOST_CELLS)
        self._row[cell.column] = Cell(cell.kind, cell.value, cell.style, cell.is_formula)

    def _column(self, place: str) -> int:
        """The column of a place as B5, from 0; a cell that names none stands beside the one before it."""
        if not place:
            return self._next
        found = _PLACE.fullmatch(place)
        if found is None or int(found[2]) != self._row_no:
            raise FileRefused("xlsx_broken")
        number = 0
        for letter in found[1]:
            number = number * 26 + ord(letter) - ord("A") + 1
        return number - 1


@lru_cache(maxsize=256)
def is_day(code: str) -> bool:
    """Whether a format shows a day."""
    first = _NOT_LETTERS.sub("", code.split(";", maxsplit=1)[0]).casefold()
    return "y" in first or "d" in first


def within(target: str) -> str:
    """Where a part lies in the file to which the workbook refers by a name of its own."""
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def whole(text: str) -> int:
    """A number that the file counts by."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_ROW_NO))):
        raise FileRefused("xlsx_broken")
    return int(text)

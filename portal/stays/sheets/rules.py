"""Looking through a workbook before it is read: what it unpacks to, how far its cells reach.

A workbook is a zip of XML documents. What reads it takes room for every cell up to the last one and for every
use of a shared text, ends the process where there is none, and gives neither a formula nor an error of the
spreadsheet away. Here no value is read; cells are counted, and those noted that are no plain value.
"""

import re
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from portal.stays.files.rules import CELL_SHOWN, MAX_COLUMNS, FileRefused

OLE_MAGIC = b"\xd0\xcf\x11\xe0"
LIMIT_BYTES = 32 * 1024 * 1024
"""Packed, unpacked, and of texts wherever they are used."""
MOST_PARTS = 500
MOST_TIMES = 200
"""How much smaller than its contents a large zip may be: what spreadsheets save comes to a tenth of it."""
MOST_ROW_NO = 1_048_576
MOST_CHARACTERS = 32_767
MOST_CELLS = 300_000
MOST_ROOM = 1_000_000
"""Cells up to the last row and column, empty ones, too."""
MOST_ELEMENTS = 1_000_000
"""Of all documents: each takes its time, whatever it says."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
WORKSHEET = "worksheet"
KEPT = frozenset({"Relationships", "workbook", "sst", "styleSheet", WORKSHEET})
_ENCRYPTED = 0x1
_END_WITHIN = 66_000
_MOST_LISTED = 128 * 1024
_SMALL = 1024 * 1024
_COUNT = re.compile(r"0|[1-9]\d{0,6}", re.ASCII)
_PLACE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)
_ZEROS = re.compile(r"0{2,}")
_CANNOT_UNPACK = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
)  # fmt: skip


class Note(NamedTuple):
    """What is to be known of a cell beside its value: a fault, or with how many digits it is shown."""

    fault: str = ""
    value: str = ""
    digits: int = 0


class Part:
    """A document as it was seen from its beginning to its end."""

    def __init__(
        self, name: str, content: bytes, *, most_rows: int, digits: list[int], elements: int
    ) -> None:
        self.name, self.content, self.root = name, content, ""
        self.last_row = self.last_column = self.cells = 0
        self.notes: dict[int, dict[int, Note]] = defaultdict(dict)
        self.uses: Counter[int] = Counter()
        """How often each shared text stands in a cell."""
        self.lengths: list[int] = []
        """Of the shared texts."""
        self.digits: list[int] = []
        """With how many digits numbers are shown, by the number of the style."""
        self.elements = elements
        """How many there were up to here, those of the documents before this one, too."""
        self._most_rows, self._digits_known = most_rows, digits
        self._row_no = self._rows = self._column = 0
        self._in_row = self._in_styles = self._is_held = False
        self._cell: dict[str, str] | None = None
        self._text: list[str] | None = None
        self._length = 0
        self._codes: dict[int, int] = {}
        self._begins: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._begin_row, "c": self._begin_cell, "f": self._formula, "v": self._value,
            "is": self._value, "si": self._shared, "numFmt": self._format, "cellXfs": self._styles,
            "xf": self._style,
        }  # fmt: skip

    def look(self) -> None:
        """Look the document through. Raises `FileRefused`."""
        # Whatever it says of itself: what reads it takes it for UTF-8, too.
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = self._data, self._doctype
        try:
            parser.Parse(self.content, True)  # noqa: FBT003 -- its only way
        except expat.ExpatError:
            raise FileRefused("xlsx_broken") from None

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.root = self.root or name
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise FileRefused("xlsx_too_many_cells", limit=MOST_CELLS)
        if (begin := self._begins.get(name)) is not None:
            begin(attributes)

    def _data(self, text: str) -> None:
        if self._text is None:
            return
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise FileRefused("xlsx_cell_too_long")
        self._text.append(text)

    def _doctype(self, *_told: object) -> None:
        """Refuse a document type, which may hold entities without end or name files of ours."""
        raise FileRefused("xlsx_broken")

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "si":
            self.lengths.append(self._length)
            self._text = None
        elif name in {"v", "is"} and self._cell is not None:
            self._finish_value("".join(self._text or ()), self._cell)
            self._text = None
        elif name == "c":
            self._cell = None
        elif name == "row":
            self._in_row = False
        elif name == "cellXfs":
            self._in_styles = False

    def _begin_row(self, attributes: dict[str, str]) -> None:
        row_no = _whole(attributes["r"]) if "r" in attributes else self._row_no + 1
        if self._in_row or not self._row_no < row_no <= MOST_ROW_NO:
            raise FileRefused("xlsx_broken")
        self._row_no, self._column, self._in_row = row_no, 0, True

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        """A cell; one that names no place stands beside the one before it."""
        column = self._column
        if "r" in attributes:
            found = _PLACE.fullmatch(attributes["r"])
            if found is None or int(found[2]) != self._row_no:
                raise FileRefused("xlsx_broken")
            column = _column(found[1])
        if not self._in_row or self._cell is not None or column < self._column:
            raise FileRefused("xlsx_broken")
        self._column, self._cell, self._is_held = column + 1, attributes, False

    def _hold(self) -> None:
        """The cell that is open holds something."""
        if self._is_held:
            return
        self._is_held, column, self.cells = True, self._column - 1, self.cells + 1
        if column >= MAX_COLUMNS:
            raise FileRefused("too_many_columns", found=column + 1, limit=MAX_COLUMNS)
        self._rows += self.last_row < self._row_no
        if self._rows > self._most_rows + 1:
            raise FileRefused("too_many_rows", limit=self._most_rows)
        self.last_row, self.last_column = self._row_no, max(self.last_column, column)
        if self.last_row * (self.last_column + 1) > MOST_ROOM:
            raise FileRefused("xlsx_too_many_cells", limit=MOST_ROOM)
        if self.cells > MOST_CELLS:
            raise FileRefused("xlsx_too_many_cells", limit=MOST_CELLS)

    def _note(self, note: Note) -> None:
        self.notes[self._row_no].setdefault(self._column - 1, note)

    def _formula(self, attributes: dict[str, str]) -> None:
        del attributes
        if self._cell is not None:
            self._hold()
            self._note(Note("cell_formula"))

    def _value(self, attributes: dict[str, str]) -> None:
        del attributes
        if self._cell is not None:
            self._hold()
            self._open_text()

    def _open_text(self) -> None:
        if self._text is not None:
            raise FileRefused("xlsx_broken")
        self._text, self._length = [], 0

    def _finish_value(self, text: str, cell: Mapping[str, str]) -> None:
        kind = cell.get("t", "n")
        if kind == "s":
            self.uses[_whole(text)] += 1
        elif kind == "e":
            self._note(Note("cell_error", text[:CELL_SHOWN]))
        elif kind == "n" and (digits := self._digits_of(_whole(cell.get("s", "0")))):
            self._note(Note(digits=digits))

    def _digits_of(self, style: int) -> int:
        return self._digits_known[style] if style < len(self._digits_known) else 0

    def _shared(self, attributes: dict[str, str]) -> None:
        del attributes
        self._open_text()

    def _format(self, attributes: dict[str, str]) -> None:
        code = attributes.get("formatCode", "")
        self._codes[_whole(attributes.get("numFmtId", ""))] = len(code) if _ZEROS.fullmatch(code) else 0

    def _styles(self, attributes: dict[str, str]) -> None:
        del attributes
        self._in_styles = True

    def _style(self, attributes: dict[str, str]) -> None:
        if self._in_styles:
            self.digits.append(self._codes.get(_whole(attributes.get("numFmtId", "0")), 0))


def parts_of(file: BinaryIO, *, most_rows: int) -> list[Part]:
    """The documents that matter, each looked through. Raises `FileRefused`."""
    _check_ends(file)
    found: list[Part] = []
    digits: list[int] = []
    elements = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for info in _listed(archive.infolist()):
                with archive.open(info) as packed:
                    # No more than was said, whatever it would unpack to.
                    content = packed.read(info.file_size)
                part = Part(info.filename, content, most_rows=most_rows, digits=digits, elements=elements)
                part.look()
                digits, elements = part.digits or digits, part.elements
                if part.root in KEPT:
                    found.append(part)
    except _CANNOT_UNPACK:
        raise FileRefused("xlsx_broken") from None
    _check_texts(found)
    return found


def _check_ends(file: BinaryIO) -> None:
    """Look at both ends of a zip: its list of parts is read at once, however long."""
    file.seek(0)
    if file.read(4) == OLE_MAGIC:
        raise FileRefused("xlsx_locked")
    size = file.seek(0, 2)
    if size > LIMIT_BYTES:
        raise FileRefused("unpacks_too_large", mebibytes=LIMIT_BYTES // 2**20)
    file.seek(max(size - _END_WITHIN, 0))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    # The larger kind of zip says its sizes elsewhere; no workbook of ours needs it.
    if at < 0 or b"PK\x06\x07" in tail or int.from_bytes(tail[at + 12 : at + 16], "little") > _MOST_LISTED:
        raise FileRefused("xlsx_broken")


def _listed(infos: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The documents among the parts, styles first: sheets refer to them. Nothing is unpacked yet."""
    names = {info.filename.lower() for info in infos}
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise FileRefused("xlsx_locked")
    if len(infos) > MOST_PARTS or len(names) < len(infos):
        raise FileRefused("xlsx_broken")
    if any(info.compress_type not in METHODS for info in infos):
        raise FileRefused("xlsx_broken")
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileRefused("xlsx_macros")
    size = sum(info.file_size for info in infos)
    if size > LIMIT_BYTES:
        raise FileRefused("unpacks_too_large", mebibytes=LIMIT_BYTES // 2**20)
    if size > _SMALL and size > MOST_TIMES * sum(info.compress_size for info in infos):
        raise FileRefused("xlsx_broken")
    # What programs keep beside a workbook, in whatever encoding, is of no interest.
    ours = [info for info in infos if info.filename.startswith(("xl/", "_rels/"))]
    documents = [info for info in ours if info.filename.endswith((".xml", ".rels"))]
    return sorted(documents, key=lambda info: not info.filename.endswith("styles.xml"))


def _check_texts(parts: Sequence[Part]) -> None:
    """Refuse what is not a workbook, and one whose shared texts would fill the memory cell by cell."""
    if not any(part.root == "workbook" for part in parts):
        raise FileRefused("not_csv")
    if sum(bool(part.lengths) for part in parts) > 1:
        raise FileRefused("xlsx_broken")
    lengths = [length for part in parts for length in part.lengths]
    uses = [use for part in parts for use in part.uses.items() if use[0] < len(lengths)]
    if sum(lengths[number] * times for number, times in uses) > LIMIT_BYTES:
        raise FileRefused("unpacks_too_large", mebibytes=LIMIT_BYTES // 2**20)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _whole(text: str) -> int:
    """A number that the file counts by."""
    if _COUNT.fullmatch(text) is None:
        raise FileRefused("xlsx_broken")
    return int(text)

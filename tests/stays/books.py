"""Workbooks of the tests' own: honest ones by a spreadsheet's rules, others part by part."""

import io
import zipfile
from datetime import UTC, datetime

import xlsxwriter

HEADER = ("company", "points", "earned_on", "expires_on", "tier", "tier_since")
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": (
        f'<Relationships><Relationship Id="rId1" Type="{KIND}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns:r="{KIND}">'
        '<sheets><sheet name="Points" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships><Relationship Id="rId1" Type="{KIND}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    ),
}


def workbook(*rows, header=HEADER, options=None, change=None, name="Points"):
    """A workbook as a spreadsheet saves it; `change` gets the book and the sheet before it is closed."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **(options or {})})
    # The same bytes whatever the second: a file is known again by them.
    book.set_properties({"created": datetime(2026, 6, 15, tzinfo=UTC)})
    sheet = book.add_worksheet(name)
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    for number, row in enumerate((header, *rows)):
        for column, cell in enumerate(row):
            if hasattr(cell, "isoformat"):
                sheet.write_datetime(number, column, cell, day)
            elif cell is not None:
                sheet.write(number, column, cell)
    if change is not None:
        change(book, sheet)
    book.close()
    file.seek(0)
    return file


def by_hand(sheet="", **parts):
    """A workbook whose parts are written as they are; a part that is none is left out."""
    file = io.BytesIO()
    named = {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()}
    held = PARTS | {"xl/worksheets/sheet1.xml": sheet or sheet_of(HEADER)} | named
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in held.items():
            if text is not None:
                archive.writestr(name, text)
    file.seek(0)
    return file


def sheet_of(*rows):
    """A sheet with texts in its cells."""
    told = "".join(f"<row>{''.join(inline(cell) for cell in row)}</row>" for row in rows)
    return f"<worksheet><sheetData>{told}</sheetData></worksheet>"


def inline(text):
    """One cell with a text in it."""
    return f'<c t="inlineStr"><is><t>{text}</t></is></c>'

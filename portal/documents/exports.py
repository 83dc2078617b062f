"""A list as a file: the same columns as a table (CSV) for machines and as a workbook (XLSX) for people.

A list of a page has one more address, `…/stays.<any(csv, xlsx):form>`, that takes the same filters. Both
files are read in one snapshot and leave row by row, however long the list is.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, current_app, request, send_file, stream_with_context
from werkzeug.datastructures import MultiDict

from portal.database import of_one_instant
from portal.documents import tables, workbooks
from portal.documents.tables import Cell
from portal.web.paging import address_of

FORMS = ("csv", "xlsx")
IN_MEMORY_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Export:
    """A list to be handed out: `name` is the file's, `title` and `narrowed` stand over the workbook's table.

    `narrowed` says in words what the list was narrowed to. Money is a `Decimal`, see `workbooks.money`.
    """

    name: str
    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    narrowed: Sequence[str] = ()


def answer(export: Export, form: str) -> Response:
    """The list as a file of this form, `csv` or `xlsx`."""
    filename = f"{export.name}.{form}"
    if form == "xlsx":
        return send_file(_workbook(export), workbooks.MEDIA_TYPE, as_attachment=True, download_name=filename)
    lines = of_one_instant(tables.csv_lines(export.header, export.rows, bom=True))
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)


def urls(endpoint: str, **values: object) -> dict[str, str]:
    """Where a list is handed out in each form, with every filter of this page kept."""
    kept = MultiDict(request.args)
    kept.pop("after", None)
    return {form: address_of(endpoint, kept, form=form, **values) for form in FORMS}


def local(instant: datetime, zone: str) -> datetime:
    """An instant as a cell: the time of the hotel's clock, which a spreadsheet can reckon with."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def _workbook(export: Export) -> tempfile.SpooledTemporaryFile[bytes]:
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 -- the answer closes it
    workbooks.write_list(
        target,
        workbooks.ListSheet(export.title, export.header, of_one_instant(export.rows), export.narrowed),
        author=current_app.config["GROUP_NAME"],
    )
    target.seek(0)
    return target

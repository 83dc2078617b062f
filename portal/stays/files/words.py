"""Why a whole file cannot be read, and what to do."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

REFUSALS: dict[str, LazyString] = {
    "empty": _l("The file is empty. Export it again."),
    "no_rows": _l("The file has a header and no rows. Check the period of the export."),
    "not_csv": _l("This is not a CSV file. In the spreadsheet choose “Save as”, CSV UTF-8, and upload that."),
    "no_known_columns": _l(
        "The first row names none of the columns of this source. "
        "Check that the source is the right one and that the first row holds the headers."
    ),
    "missing_columns": _l("Columns are missing: %(columns)s. Add them to the export."),
    "duplicate_header": _l(
        "The column “%(column)s” stands in the header twice. Remove or rename one of them."
    ),
    "too_many_columns": _l(
        "The header has %(found)s columns; at most %(limit)s are read. Remove the others."
    ),
    "encoding": _l("The letters cannot be read: neither UTF-8 nor Windows-1251. Save the file as CSV UTF-8."),
    "utf16": _l("The file is in UTF-16 (“Unicode text”). Save it as CSV UTF-8."),
    "nul_bytes": _l("Row %(row)s holds zero bytes, as a damaged file does. Export it again."),
    "truncated": _l("The file breaks off in row %(row)s. Export it again and upload it whole."),
    "open_quote": _l(
        "A quotation mark is opened before row %(row)s and never closed, so the rows after it cannot be told "
        "apart. Close it, or export the file again."
    ),
    "line_too_long": _l("Row %(row)s is longer than 64 KiB. Check that the file is a table."),
    "gzip_truncated": _l("The packed file breaks off before its end. Upload it whole."),
    "gzip_broken": _l("The packed file is damaged. Pack it again with gzip, or upload the CSV itself."),
    "unpacks_too_large": _l(
        "The file unpacks to more than %(mebibytes)s MiB. Nothing was kept. Split it and upload the parts."
    ),
    "file_gone": _l("The uploaded file is no longer there. Upload it again."),
}


def refusal(code: str, values: Mapping[str, object]) -> str:
    """The sentence in the reader's language."""
    return str(REFUSALS[code]) % values

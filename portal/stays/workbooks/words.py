"""Why a workbook, or a row of it, cannot be read, and what to do."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

REFUSALS: dict[str, LazyString] = {
    "xlsx_broken": _l("The workbook is damaged, or was not made by a spreadsheet. Save it anew as .xlsx."),
    "xlsx_locked": _l("This is an old .xls, or a workbook with a password. Save it as .xlsx without one."),
    "xlsx_macros": _l("The workbook holds macros. Save it as .xlsx without them."),
    "xlsx_cell_too_long": _l("A cell holds more than a spreadsheet can. Save the workbook anew as .xlsx."),
    "several_sheets": _l(
        "Two sheets hold something: “%(first)s” and “%(second)s”. Leave one of them; hidden ones count, too."
    ),
    "xlsx_too_many_cells": _l(
        "The sheet reaches over more than %(limit)s cells. Leave the columns that are named, "
        "and nothing far below the last row."
    ),
}
REASONS: dict[str, LazyString] = {
    "cell_formula": _l(
        "%(field)s holds a formula, whose result cannot be checked. Put its value in its place."
    ),
    "cell_error": _l("%(field)s holds an error of the spreadsheet: %(value)s. Correct it there."),
}

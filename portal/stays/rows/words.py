"""Why a row has its outcome: one sentence each, which names the field and the remedy."""

import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.stays.models import ImportRow, Outcome
from portal.stays.rows.rules import Reason
from portal.stays.rules import Remark

OUTCOMES: dict[str, LazyString] = {
    Outcome.ACCEPTED: _l("Accepted"),
    Outcome.HELD: _l("On hold"),
    Outcome.REJECTED: _l("Rejected"),
    Outcome.OUT_OF_SCOPE: _l("Out of scope"),
}

REASONS: dict[str, LazyString] = {
    Reason.NEW: _l("A new stay."),
    Reason.CHANGED: _l("Tells something new of a known stay: a new version takes the place of the old one."),
    Reason.UNCHANGED: _l("Known already, nothing has changed."),
    Reason.REPEATED: _l("Repeats an earlier row of this file; counted once."),
    Reason.UNKNOWN_COMPANY: _l("The company is not known. Choose its account, or open one for it."),
    Reason.NO_COMPANY: _l("No company in this row, and this import is for companies only."),
    Reason.OVERTAKEN: _l(
        "A file uploaded later tells of this stay otherwise, and that counts. "
        "If this one is right, upload it again."
    ),
    Reason.STAY_INCOMPLETE: _l(
        "Row %(row)s of the same stay was rejected, and a stay is taken whole. Correct that row."
    ),
    "missing": _l("%(field)s is empty. Fill it in."),
    "formula": _l(
        "%(field)s begins with =, +, − or @, as a spreadsheet formula does. Remove the sign at its beginning."
    ),
    "too_long": _l("%(field)s has %(found)s characters; at most %(limit)s are taken. Shorten it."),
    "wrong_date": _l(
        "%(field)s is not a date between 1990 and 2100: “%(value)s”. Write 2026-03-05 or 05.03.2026."
    ),
    "leaves_before_arriving": _l(
        "%(field)s lies before the arrival: “%(value)s”. Correct one of the two dates."
    ),
    "not_a_number": _l("%(field)s is not a whole number: “%(value)s”. Write digits only."),
    "negative": _l("%(field)s is below zero: “%(value)s”. Write zero or more."),
    "too_large": _l("%(field)s is larger than %(limit)s: “%(value)s”. Check it at the source."),
    "not_an_amount": _l("%(field)s is not an amount: “%(value)s”. Write 1234.56 or 1234,56."),
    "ambiguous_amount": _l(
        "%(field)s may be thousands or a fraction: “%(value)s”. Write it with two decimals, 1234.00."
    ),
    "amount_too_large": _l("%(field)s is beyond 100 million: “%(value)s”. Check it there."),
    "amounts_disagree": _l(
        "Net and VAT together are not the gross amount. "
        "Correct net, vat or gross: they may differ by one cent."
    ),
    "not_a_percentage": _l("%(field)s is not a percentage from 0 to 100: “%(value)s”. Write 20 or 5.5."),
    "not_yes_or_no": _l("%(field)s says neither yes nor no: “%(value)s”. Write 1 or 0."),
    "unknown_status": _l(
        "%(field)s is not a known status: “%(value)s”. "
        "Write checked_out, cancelled, no_show, in_house or expected."
    ),
    "unknown_category": _l(
        "%(field)s is not a known category: “%(value)s”. "
        "Write rooms, food_and_drink, halls_and_equipment, other_services or third_party."
    ),
    "unknown_property": _l(
        "No hotel of the group has this code: “%(value)s” in %(field)s. "
        "Correct it, or have an administrator add the hotel."
    ),
    "wrong_currency": _l(
        "%(field)s is “%(value)s”, but this hotel’s accounts are in %(expected)s. Export in %(expected)s."
    ),
    "rows_disagree": _l(
        "Rows %(other)s and %(row)s tell of the same stay, but differ in %(field)s. Make them agree."
    ),
    "line_twice": _l(
        "Rows %(other)s and %(row)s give the number “%(value)s” to different postings. Number each one anew."
    ),
    "reverses_nothing": _l(
        "%(field)s names no posting of this stay and category: “%(value)s”. "
        "Add the posting or correct the number."
    ),
    "reverses_too_much": _l(
        "More is taken back than posting “%(value)s” holds, or with the wrong sign. "
        "Correct the reversal’s amount."
    ),
    "too_many_postings": _l(
        "The stay has %(found)s postings; at most %(limit)s are taken. Check the reservation number."
    ),
    "field_count": _l(
        "The row has %(found)s fields, the header %(expected)s. "
        "Look for a separator too many or too few, or put the text into quotation marks."
    ),
    "broken_quotes": _l(
        "A quotation mark stands in the middle of a field. "
        "Double it, or put the whole field into quotation marks."
    ),
}

REMARKS: dict[str, LazyString] = {
    Remark.RATE_NOT_POSITIVE: _l("rate of zero or less: counts as a stay, earns nothing"),
    Remark.ZERO_NIGHTS: _l("no night: counts as a stay, earns nothing"),
    Remark.NOBODY: _l("no adults"),
    Remark.UNPAID: _l("not paid yet: earns once it is"),
    Remark.LATE: _l("late: posted on the day of acceptance"),
    Remark.AFTER_AS_OF: _l("after the as-of date: counts from its day on"),
    Remark.CARD_NOT_KNOWN: _l("the card is not one of this company’s"),
}


def reason(row: ImportRow) -> str:
    """The sentence of a row in the reader's language."""
    values: dict[str, Any] = {"field": "", "value": "", **details(row).get("values", {})}
    return str(REASONS[row.reason]) % values


def remarks(row: ImportRow) -> str:
    """What is worth knowing of an accepted row."""
    return "; ".join(str(REMARKS[code]) for code in row.remarks.split(",") if code)


def details(row: ImportRow) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.details) if row.details else {}
    return found


def outcome(code: str) -> str:
    return str(OUTCOMES.get(code, _("Unknown")))

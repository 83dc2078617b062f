"""What is said of opening balances."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.programme.opening import rules
from portal.programme.opening.models import OpeningImport, OpeningOutcome, OpeningRow
from portal.programme.rules import Refusal
from portal.programme.terms.rules import TIER_NAMES
from portal.programme.tiers.words import TierNames
from portal.stays.files import words as file_words
from portal.stays.files.rules import FileRefused
from portal.stays.rows import words as row_words
from portal.stays.workbooks import words as book_words
from portal.web import formats

OUTCOMES: dict[str, LazyString] = {
    OpeningOutcome.ACCEPTED: _l("Accepted"),
    OpeningOutcome.HELD: _l("On hold"),
    OpeningOutcome.REJECTED: _l("Rejected"),
}
REASONS: dict[str, LazyString] = {
    "nothing": _l("Neither points nor a tier stand here. Enter one of them."),
    "earned_ahead": _l("%(field)s lies ahead: %(value)s. Correct the date."),
    "dead": _l("These points expired on %(value)s. Leave the row out."),
    "lives_too_long": _l(
        "%(field)s: no points given today live beyond %(last)s. Enter that day or an earlier."
    ),
    "unknown_tier": _l("“%(value)s” is no tier of the programme. Write one of these: %(codes)s."),
    "tier_ahead": _l("%(field)s lies ahead: %(value)s. Correct the date."),
    "repeats": _l("Repeats row %(row)s. Leave one of them out."),
    "two_tiers": _l("Another row gives this company the tier %(tier)s. Decide for one."),
    "unknown_company": _l("No company has this code. Import its stays first, or correct the code."),
    "ambiguous_company": _l("Several companies have this code. Add the column source."),
    "opened_already": _l("This company has its opening balance already."),
    "stands_as_high": _l("This company has earned the tier %(tier)s by itself. Leave the tier out."),
    "company_incomplete": _l("Another row of this company has a fault, and a company is taken over whole."),
    "file_incomplete": _l(
        "Row %(row)s tells of no company, and may be of this one. Correct that row and upload the file again."
    ),
    "known_only_now": _l("This company came to be known after the preview. Upload the row again."),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.SamePerson: _l("You uploaded this file; another person takes it over."),
    rules.NotPreviewed: _l("This file was taken over or discarded already."),
    rules.NoSuchFile: _l("There is no such file. Preview it first."),
}
STEPS: dict[str, LazyString] = {
    "opening.lot": _l(
        "Brought along from the earlier programme: %(brought_points)s, earned on %(earned_date)s; "
        "taken over on %(day_date)s, can be spent until %(last_date)s."
    ),
    "opening.tier": _l(
        "Brought along from the earlier programme: %(tier)s since %(since_date)s, taken over on "
        "%(day_date)s. The monthly reviews go on."
    ),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"opening_import": _l("File of opening balances")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "opening.preview": _l("Opening balances shown"),
    "opening.accept": _l("Opening balances taken over"),
    "opening.discard": _l("Opening balances discarded"),
    "points.opening": _l("Opening balance of a company"),
    "points.opening_tier": _l("Tier of a company brought along"),
}
TAB = _l("Opening balances")
WAITS = _l("Opening balances wait for a second person.")
TOO_MANY = _l(
    "The file has more than %(limit)s rows. Split it, each company within one part, and upload the parts."
)


def file_refused(refusal: FileRefused) -> str:
    """Why a whole file cannot be read."""
    if refusal.code == "too_many_rows":
        return str(TOO_MANY) % {"limit": formats.count(int(refusal.values["limit"]))}
    if (sentence := book_words.REFUSALS.get(refusal.code)) is not None:
        return str(sentence) % refusal.values
    return file_words.refusal(refusal.code, refusal.values)


def reason(row: OpeningRow, tiers: TierNames) -> str:
    """Why a row has its outcome, with the remedy."""
    if row.reason is None:
        return ""
    sentence = REASONS.get(row.reason) or book_words.REASONS.get(row.reason) or row_words.REASONS[row.reason]
    # Rows of before told only of a tier that was not one of the four.
    details: dict[str, Any] = {"codes": ", ".join(TIER_NAMES), **row.details}
    if "tier" in details:
        details["tier"] = tiers.get(details["tier"], details["tier"])
    return str(sentence) % details


def state(shown: OpeningImport) -> tuple[str, str]:
    """The kind of tag and the word for where a file stands."""
    if shown.accepted_at is not None:
        return "ok", _("Taken over")
    if shown.discarded_at is not None:
        return "", _("Discarded")
    return "warn", _("Waits for a second person")


def equation(counts: Mapping[str, int]) -> str:
    """Rows read are those taken over, held and rejected."""
    return _(
        "%(rows)s read = %(accepted)s accepted + %(held)s on hold + %(rejected)s rejected.",
        rows=ngettext("%(num)s row", "%(num)s rows", counts["rows"]),
        **{name: formats.count(counts[name]) for name in ("accepted", "held", "rejected")},
    )


def effect(counts: Mapping[str, int]) -> str:
    """What accepting does, or did."""
    said = _(
        "%(points)s for %(companies)s",
        points=formats.points(counts["points"]),
        companies=ngettext("%(num)s company", "%(num)s companies", counts["companies"]),
    )
    if not counts["tiers"]:
        return said
    tiers = ngettext("%(num)s tier", "%(num)s tiers", counts["tiers"])
    return _("%(points)s, %(tiers)s", points=said, tiers=tiers)

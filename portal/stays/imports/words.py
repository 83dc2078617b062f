"""What is said of imports."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.stays.canonical.rules import NAME as CANONICAL
from portal.stays.demand.rules import NAME as DEMAND
from portal.stays.imports import rules
from portal.stays.models import Import, ImportState
from portal.stays.rows import words as row_words
from portal.stays.words import STATUSES
from portal.web.formats import count

SOURCES: dict[str, LazyString] = {
    CANONICAL: _l("Folio lines (the portal’s own format)"),
    DEMAND: _l("Hotel booking demand (published data)"),
}
STATES: dict[str, LazyString] = {
    ImportState.READING: _l("Being read"),
    ImportState.PREVIEWED: _l("To be decided"),
    ImportState.ACCEPTED: _l("Accepted"),
    ImportState.DISCARDED: _l("Discarded"),
    ImportState.FAILED: _l("Cannot be read"),
}
TAGS: dict[str, str] = {
    ImportState.READING: "",
    ImportState.PREVIEWED: "brass",
    ImportState.ACCEPTED: "ok",
    ImportState.DISCARDED: "",
    ImportState.FAILED: "bad",
}
"""The kind of tag beside each state; the word is always there too."""

REFUSALS: dict[type[rules.ImportRefusal], LazyString] = {
    rules.NotPreviewed: _l("This import has no preview: it is still being read, or it could not be read."),
    rules.AlreadyAccepted: _l("This import was accepted before. Nothing was done twice."),
    rules.AlreadyDiscarded: _l("This import was discarded. Upload the file again if you need it."),
    rules.NothingHeld: _l("No row is held for this company any more: somebody decided already."),
    rules.CompanyTaken: _l(
        "This code belongs to another account already. Reload the page and choose that one."
    ),
    rules.CountsDisagree: _l(
        "Not every row that was read has an outcome, so nothing was taken over. Upload the file again."
    ),
    rules.AsOfAhead: _l("The as-of date lies ahead. Choose today or an earlier day."),
}
IMPORT_GONE = _l("This import is no longer there.")
CHOOSE_ACCOUNT = _l("Choose the account that the company is, or open one for it.")
CHOOSE_FILE = _l("Choose a .csv or .csv.gz file.")

AUDIT_SUBJECTS: dict[str, LazyString] = {"import": _l("File of stays")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "import.accept": _l("Import accepted"),
    "import.discard": _l("Import discarded"),
}


def equation(counts: Mapping[str, Any]) -> str:
    """The count equation as one sentence."""
    return _(
        "%(read)s rows read = %(accepted)s accepted + %(held)s held + %(rejected)s rejected"
        " + %(out_of_scope)s out of scope.",
        **{name: count(counts[name]) for name in ("read", "accepted", "held", "rejected", "out_of_scope")},
    )


def finding(offered: Import) -> str:
    """The headline of an import's page."""
    counts = offered.counts
    match offered.state:
        case ImportState.READING:
            return _("The file is being read")
        case ImportState.FAILED:
            return _("The file cannot be read")
        case ImportState.DISCARDED:
            return _("Discarded: nothing was taken over")
        case ImportState.ACCEPTED:
            return _accepted(counts)
        case ImportState.PREVIEWED:
            return _previewed(counts)


def effects(counts: Mapping[str, Any]) -> list[str]:
    """What accepting does, a sentence each."""
    versions: Mapping[str, int] = counts["versions"]
    found = []
    if new := versions.get("new", 0):
        found.append(ngettext("%(count)s stay is added", "%(count)s stays are added", new, count=count(new)))
    if changed := versions.get("changed", 0):
        found.append(
            ngettext(
                "%(count)s known stay gets a new version",
                "%(count)s known stays get a new version",
                changed,
                count=count(changed),
            )
        )
    if accounts := counts["opens_accounts"]:
        found.append(
            ngettext(
                "%(count)s unclaimed account is opened",
                "%(count)s unclaimed accounts are opened",
                accounts,
                count=count(accounts),
            )
        )
    if hotels := counts["opens_properties"]:
        found.append(
            ngettext("%(count)s hotel is added", "%(count)s hotels are added", hotels, count=count(hotels))
        )
    if late := counts["remarks"].get("late", 0):
        found.append(
            ngettext(
                "%(count)s stay is late and is posted today",
                "%(count)s stays are late and are posted today",
                late,
                count=count(late),
            )
        )
    return found or [_("nothing changes: every row is known already or not accepted")]


def sums(counts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Label, number and kind of each outcome."""
    kinds = {"accepted": "ok", "held": "warn", "rejected": "bad", "out_of_scope": ""}
    return [(_("Rows read"), count(counts["read"]), "")] + [
        (str(row_words.OUTCOMES[name]), count(counts[name]), kind if counts[name] else "")
        for name, kind in kinds.items()
    ]


def remarks(counts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Code, sentence and number of what is reported of accepted rows."""
    return [(code, str(row_words.REMARKS[code]), count(number)) for code, number in counts["remarks"].items()]


def stays(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Accepted stays by status."""
    return [(str(STATUSES[code]), count(number)) for code, number in counts["stays"].items()]


def _previewed(counts: Mapping[str, Any]) -> str:
    accepted, read = counts["accepted"], counts["read"]
    if accepted == read:
        return ngettext(
            "The one row can be accepted", "All %(count)s rows can be accepted", read, count=count(read)
        )
    return _("%(accepted)s of %(read)s rows can be accepted", accepted=count(accepted), read=count(read))


def _accepted(counts: Mapping[str, Any]) -> str:
    stays = sum(counts["versions"].get(name, 0) for name in ("new", "changed"))
    if not stays:
        return _("Accepted: nothing had changed")
    return ngettext(
        "%(count)s stay was taken over", "%(count)s stays were taken over", stays, count=count(stays)
    )

"""Words of cases."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext
from flask_babel.speaklater import LazyString

from portal.programme.rules import Refusal
from portal.surveys.cases import rules
from portal.surveys.cases.models import Case, CaseStep, SecondWord, StepKind
from portal.surveys.cases.queries import Tab
from portal.surveys.cases.rules import CaseState
from portal.web import formats
from portal.web.formats import day, when

STATES: dict[CaseState, LazyString] = {
    CaseState.OPEN: lazy_pgettext("a case", "Open"),
    CaseState.WAITING: _l("Waits for the guest"),
    CaseState.CLOSED: lazy_pgettext("a case", "Closed"),
}
STATE_TAGS = {CaseState.OPEN: "warn", CaseState.WAITING: "brass", CaseState.CLOSED: "ok"}
TABS: dict[Tab, LazyString] = {
    Tab.OPEN: lazy_pgettext("several cases", "Open"),
    Tab.OVERDUE: lazy_pgettext("several cases", "Overdue"),
    Tab.WAITING: _l("Waiting for the guest"),
    Tab.CLOSED: lazy_pgettext("several cases", "Closed"),
    Tab.ALL: _l("All"),
}
SECOND_WORDS: dict[str, LazyString] = {
    SecondWord.YES: _l("The guest says: it is put right"),
    SecondWord.PARTLY: _l("The guest says: it is partly put right"),
    SecondWord.NO: _l("The guest says: it is not put right"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NotOpen: _l("What was done has been told to the guest already; their answer opens the case again."),
    rules.SecondWordGiven: _l("Your answer is with us; it counts once. Nothing was added now."),
    rules.LinkClosed: _l("This link is closed: it opened for two weeks, or a later letter took its place."),
}
SIGHT_PAGES: dict[str, LazyString] = {
    "cases": _l("your name in a list of cases"),
    "case": _l("your answer to a survey, in a case"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"survey_case": _l("Case")}
DONE: dict[str, LazyString] = {
    StepKind.NOTE: _l("Noted."),
    StepKind.RESOLUTION: _l("The letter to the guest is written; it asks whether it is put right."),
    StepKind.UNTOLD: _l("The case is closed. The guest has no address any more and was not told."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "case.open": _l("Case opened by a low score"),
    "case.note": _l("Step noted in a case"),
    "case.resolve": _l("Guest told what was done in a case"),
    "case.close_untold": _l("Case closed without the guest, who has no address any more"),
    "case.second_word": _l("Guest's second word in a case"),
}


def finding(counts: dict[Tab, int]) -> str:
    """The headline of the list: what needs somebody."""
    if counts[Tab.OVERDUE]:
        return ngettext("%(num)s case is overdue", "%(num)s cases are overdue", counts[Tab.OVERDUE])
    if counts[Tab.OPEN]:
        return ngettext("%(num)s case is open", "%(num)s cases are open", counts[Tab.OPEN])
    return _("No case is open")


def timeline(case: Case, steps: Sequence[CaseStep], *, at: datetime) -> list[tuple[str, str, str, str]]:
    """The history of a case for `page_parts.timeline`: title, note, moment, state."""
    zone = case.property.zone
    items = [(_("The guest told us"), "", when(case.opened_at, zone), "done")]
    for step in steps:
        by = step.by.name if step.by is not None else ""
        title = {
            StepKind.NOTE: _("Noted by %(name)s", name=by),
            StepKind.RESOLUTION: _("Written to the guest by %(name)s", name=by),
            StepKind.UNTOLD: _("Closed by %(name)s; the guest could not be told", name=by),
            StepKind.SECOND_WORD: str(SECOND_WORDS[step.second_word]) if step.second_word else "",
        }[StepKind(step.kind)]
        stopped = step.second_word == SecondWord.NO
        items.append((title, step.words, when(step.at, zone), "stopped" if stopped else "done"))
    match rules.state_of(case, at=at):
        case CaseState.OPEN:
            items.append((_("To be answered"), "", _("by %(when)s", when=day(rules.due_on(case))), "now"))
        case CaseState.WAITING:
            until = formats.until(case.reply_until or at, zone)
            items.append((_("The guest's second word"), "", _("by %(when)s", when=until), "now"))
        case CaseState.CLOSED if case.second_word is None and steps[-1].kind == StepKind.RESOLUTION:
            items.append((_("The guest did not answer; the case is closed"), "", "", "done"))
        case CaseState.CLOSED:
            pass
    return items

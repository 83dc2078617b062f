"""Words of contests and of the events they are about."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.rules import Refusal
from portal.staff.contests import rules
from portal.staff.contests.models import Outcome
from portal.staff.contributions.models import ContributionKind

KINDS: dict[ContributionKind, LazyString] = {
    ContributionKind.KEPT_PROMISE: _l("Promise kept"),
    ContributionKind.BROKEN_PROMISE: _l("Promise not kept"),
    ContributionKind.RATING: _l("Rating by a guest"),
}
KIND_TAGS = {
    ContributionKind.KEPT_PROMISE: "ok",
    ContributionKind.BROKEN_PROMISE: "warn",
    ContributionKind.RATING: "brass",
}
OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.STANDS: _l("It stands"),
    Outcome.VOID: _l("It does not count any more"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.ContestedAlready: _l("You contested this event before; it is decided there."),
    rules.VoidAlready: _l("This event does not count any more; there is nothing to contest."),
    rules.DecidedAlready: _l("Somebody has decided this before you. Nothing was changed."),
    rules.SecondPersonNeeded: _l(
        "Neither whoever contested it nor the person concerned decides. The hotel's GM or the head of the"
        " department can."
    ),
}
SIGHT_PAGES: dict[str, LazyString] = {
    "team": _l("your name and score on the page of your team"),
    "team.member": _l("your score and thanks, on your page for the head of your team"),
    "team.events": _l("the promises behind your score"),
    "contests": _l("an event of yours that was contested"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"contest": _l("Contest")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "contest.make": _l("Event contested"),
    "contest.decide": _l("Contest decided"),
}

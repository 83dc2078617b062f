"""The GM's page in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.promises.rules import Promised
from portal.insight.activity.rules import Stage
from portal.insight.house import rules
from portal.insight.house.queries import House
from portal.insight.house.rules import Gate, Lack
from portal.insight.relationship.words import STAGES
from portal.programme.tiers import words as names
from portal.statistics.cells import LEAST_SHOWN
from portal.surveys.cases.queries import Tab
from portal.surveys.results import words as results
from portal.web.formats import count

LACKS: dict[Lack, LazyString] = {
    Lack.STAFF_ANSWERS: _l("answers to staff pulses (not asked yet)"),
    Lack.TEAMS: _l("teams of five people or more"),
    Lack.QUARTERS: _l("quarters with three answers of two companies"),
    Lack.HOTELS: _l("hotels"),
    Lack.ACCOUNTS: _l("companies whose guests answered"),
}
METHODS: dict[str, LazyString] = {
    "A": _l("By team and quarter"),
    "B": _l("By company and quarter"),
}


def finding(found: House) -> str:
    """The headline: how many of those who came within a year came on another day, too."""
    clients = found.clients
    if not clients.active:
        return _("No client in the last twelve months")
    return _("%(share)s of clients came again", share=results.percent(clients.repeat / clients.active))


def under_it(found: House) -> str:
    """The sentence under it, with interval and number."""
    clients = found.clients
    if clients.interval is None:
        return _("As soon as somebody stays, this page fills.")
    return ngettext(
        "Of %(num)s company that bought here within twelve months, again meaning another day here;"
        " 95 %% interval %(low)s to %(high)s.",
        "Of %(num)s companies that bought here within twelve months, again meaning another day here;"
        " 95 %% interval %(low)s to %(high)s.",
        clients.active,
        low=results.percent(clients.interval.low),
        high=results.percent(clients.interval.high),
    )


def red_item(found: House) -> tuple[str, str] | None:
    """The one thing that needs somebody, and the endpoint that opens it; none when nothing does."""
    overdue = found.cases[Tab.OVERDUE]
    if overdue:
        said = ngettext("%(num)s case is overdue", "%(num)s cases are overdue", overdue)
        return said, "cases.cases"
    if found.promised.undelivered:
        said = ngettext(
            "%(num)s promised service was never delivered",
            "%(num)s promised services were never delivered",
            found.promised.undelivered,
        )
        return said, "bookings.bookings"
    if found.cases[Tab.OPEN]:
        said = ngettext("%(num)s case is open", "%(num)s cases are open", found.cases[Tab.OPEN])
        return said, "cases.cases"
    return None


def kept_figure(promised: Promised) -> str:
    """The share of promises kept, or what stands in its place."""
    if not promised.lines:
        return "–"
    return results.percent(promised.kept / promised.lines) if rules.is_shown(promised) else _("hidden")


def kept_note(promised: Promised) -> str:
    """What the share stands on."""
    interval = rules.kept_interval(promised)
    if interval is None:
        return _("Nothing came due.")
    shown = _(
        "%(kept)s of %(due)s services in full and in time; 95 %% interval %(low)s to %(high)s.",
        kept=count(promised.kept),
        due=count(promised.lines),
        low=results.percent(interval.low),
        high=results.percent(interval.high),
    )
    hidden = _("Shown from %(need)s people who delivered.", need=LEAST_SHOWN)
    broken = _(
        "Never delivered: %(undelivered)s, cancelled by the hotel: %(cancelled)s.",
        undelivered=count(promised.undelivered),
        cancelled=count(promised.cancelled),
    )
    return f"{shown if rules.is_shown(promised) else hidden} {broken}"


def effort(promised: Promised) -> str:
    """What can be seen of the staff's work without asking them."""
    if not rules.is_shown(promised):
        return _("What can be seen of their effort is shown from %(need)s people on.", need=LEAST_SHOWN)
    return _(
        "What can be seen of their effort: %(promises)s services by %(people)s people in 90 days.",
        promises=count(promised.delivered),
        people=count(promised.people),
    )


def grid(found: House) -> list[tuple[str, list[int]]]:
    """Clients by tier, each with its numbers by stage; a tier that is gone only while some are in it."""
    return [
        (str(name), [found.clients.by_tier.get(code, {}).get(stage.value, 0) for stage in Stage])
        for code, name in names.listed(found.clients.by_tier).items()
    ]


def columns() -> list[tuple[str, str]]:
    """The stages as columns of numbers."""
    return [(str(STAGES[stage]), "num") for stage in Stage]


def gate_said(gate: Gate) -> list[str]:
    """What a method has and needs."""
    return [
        _("%(what)s: have %(have)s, need %(need)s", what=LACKS[one.what], have=one.have, need=one.need)
        for one in gate.needs
    ]

"""What the points outstanding are called, and the sentences and charts over them."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.documents.charts import columns
from portal.documents.charts.columns import Month
from portal.documents.charts.kit import Palette, Picture
from portal.programme.breakage import words as breakage
from portal.programme.breakage.rules import Breakage
from portal.programme.chain.rules import Kind
from portal.programme.liability import rules
from portal.programme.liability.queries import Closed, Outstanding
from portal.programme.liability.rules import Cut, Line, Row
from portal.programme.months import rules as months
from portal.programme.months.rules import Figures
from portal.programme.words import KINDS
from portal.web import formats

STEPS: dict[str, LazyString] = breakage.STEPS
STATES: dict[str, LazyString] = {"pending": _l("Pending"), "active": _l("Active"), "held": _l("Held")}
ROWS: dict[str, LazyString] = {
    "opening": _l("Outstanding when the month began"),
    "given_back": _l("Given back: a reward was cancelled"),
    "spent": _l("Spent"),
    "expired": _l("Expired"),
    "taken_back": _l("Taken back"),
    "revaluation": _l("Another cost of a point, and rounding"),
    "closing": _l("Outstanding when the month ended"),
    f"issued.{months.OPENING}": _l("Taken over: opening balances"),
    "living": _l("Pending, active and held, as in the tables below"),
    "owed": _l("Less: owed to us"),
}
LINES: dict[str, LazyString] = {
    "revenue.issued": _l("Revenue, deferred: points issued"),
    "revenue.credited": _l("Revenue or goodwill: points given without a stay"),
    "taken_over": _l("Taken over from the books before: opening balances"),
    "revenue.given_back": _l("Revenue, deferred again: rewards cancelled"),
    "revenue.spent": _l("Revenue, recognised: points spent"),
    "revenue.expired": _l("Revenue, recognised: points expired"),
    "revenue.taken_back": _l("Revenue: points taken back with the stay that earned them"),
    "revenue.revaluation": _l("Revenue: another cost of a point, and rounding"),
    "liability": _l("Contract liability: points outstanding"),
}
THOUSANDS_FROM = 20_000


def finding(told: Outstanding) -> str:
    """The headline of what is outstanding."""
    cents = told.found.cost_cents(told.found.forward.closing)
    return _("The points outstanding would cost %(money)s", money=formats.cents(cents))


def under_it(told: Outstanding, companies: int, zone: str) -> str:
    """The sentence under it."""
    held = ngettext(
        "%(points)s in the hands of %(count)s company, as rolled up %(when)s.",
        "%(points)s in the hands of %(count)s companies, as rolled up %(when)s.",
        companies,
        points=formats.points(told.found.living),
        count=formats.count(companies),
        when=formats.when(told.rolled_at, zone),
    )
    return str(held)


def closed_finding(told: Closed) -> str:
    """The headline of a closed month."""
    found = told.found
    return _(
        "%(month)s ended with %(points)s outstanding, %(money)s",
        month=formats.month(found.month).capitalize(),
        points=formats.points(found.forward.closing),
        money=formats.cents(found.cost_cents(found.forward.closing)),
    )


def closed_said(told: Closed, zone: str) -> str:
    """When it was closed, by whom."""
    when = formats.when(told.close.closed_at, zone)
    if told.close.closed_by_id is None:
        return _("Closed %(when)s by the worker, for good.", when=when)
    return _("Closed %(when)s by %(who)s, for good.", when=when, who=told.closed_by or "–")


def row_name(row: Row) -> str:
    """A line of the roll-forward."""
    if row.code.startswith("issued.") and row.code not in ROWS:
        kind = row.code.removeprefix("issued.")
        return _("Issued: %(kind)s", kind=KINDS[Kind(kind)] if kind in set(Kind) else kind)
    return str(ROWS[row.code])


def point_cost(found: Figures) -> str:
    """What a point is reckoned to cost."""
    return _(
        "A point costs %(share)s of %(money)s.",
        share=formats.percent_bp(found.point_cost_bp),
        money=formats.cents(found.point_value_cents),
    )


def line_name(line: Line) -> str:
    """A line to book."""
    return str(LINES[line.code])


def month_name(key: str) -> str:
    """A month from its key: 2026-06."""
    return formats.month(date.fromisoformat(f"{key}-01"))


def band_name(key: str) -> str:
    """Lots of three months of age."""
    return _("%(first)s to %(last)s months", first=key, last=int(key) + rules.AGE_BAND - 1)


def breakage_said(found: Breakage) -> tuple[str, str]:
    """The estimate as a figure and a note."""
    if not found.is_told:
        return "–", _("Not yet: not enough months have been closed")
    note = _(
        "95 %% interval %(low)s to %(high)s; %(vintages)s vintages",
        low=formats.count(found.low),
        high=formats.count(found.high),
        vintages=found.vintages,
    )
    return formats.count(found.points), note


def expiry_chart(cuts: Sequence[Cut], month: date, ink: Palette) -> Picture:
    """What dies in each of the months ahead."""
    points = {cut.key: cut.living for cut in cuts}
    ahead = [months.after(month, place) for place in range(rules.AHEAD + 1)]
    rows = [(each, points.get(f"{each:%Y-%m}", 0)) for each in ahead]
    total = sum(number for _month, number in rows)
    said = _(
        "Points by the month in which they expire, %(months)s months ahead, %(points)s in all.",
        months=len(rows),
        points=formats.points(total),
    )
    return _columns([(f"{each.month:02}/{each.year % 100:02}", number) for each, number in rows], said, ink)


def age_chart(cuts: Sequence[Cut], ink: Palette) -> Picture:
    """How old the points are."""
    rows = [(f"{cut.key}–{int(cut.key) + rules.AGE_BAND - 1}", cut.living) for cut in cuts]
    said = _("Points by the age of their lots, in months; %(bands)s bands of three months.", bands=len(rows))
    return _columns(rows, said, ink)


def method() -> list[str]:
    """How the figures came about."""
    return [
        _(
            "The figures are added up from the postings of the ledger, company by company, from where each"
            " was read last; `flask ledger reconcile` counts them anew. A month is closed six hours after"
            " its end, or when somebody asks for it; what is posted later belongs to the next month."
        ),
        _(
            "Outstanding is what is pending, active or held, less what is owed to us by companies whose"
            " points were taken back after they had been spent."
        ),
        _(
            "The cost of a point is its value times the share that a redeemed point is reckoned to cost,"
            " both by the rules in force on the last day of the month. Breakage is an estimate and is not"
            " taken off the liability here: whether to do so is for finance to decide."
        ),
    ]


def _columns(rows: Sequence[tuple[str, int]], said: str, ink: Palette) -> Picture:
    unit, divisor = _("points"), 1
    if max((number for _label, number in rows), default=0) >= THOUSANDS_FROM:
        unit, divisor = _("’000"), 1_000
    drawn = [Month(label, round(number / divisor), formats.count(number)) for label, number in rows]
    return columns.months(drawn, unit=unit, said=said, ink=ink)

"""Print a closed month, as a document and as a workbook that finance can book."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.documents import rendering, workbooks
from portal.documents.charts.kit import ON_PAPER
from portal.documents.tables import Cell
from portal.documents.workbooks import Sheet, money
from portal.programme.liability import queries, rules, words
from portal.programme.liability.queries import Closed
from portal.programme.liability.rules import Cut, Row
from portal.programme.months.rules import last_day
from portal.programme.tiers import words as names
from portal.web import formats


def tables(told: Closed) -> dict[str, Any]:
    """What page, document and workbook of a closed month all show."""
    found = told.found
    tiers = names.on(last_day(found.month))
    rows = rules.roll_forward(found, opening_cents=told.opening_cents)
    return {
        "told": told,
        "tiers": tiers,
        "forward": rows,
        "booking": rules.booking(rows),
        "footing": rules.footing(found),
        "by_tier": rules.by_tier(found.stock, tiers),
        "by_expiry": rules.by_expiry(found.stock),
        "by_age": rules.by_age(found.stock, found.month),
        "breakage": queries.breakage_of(told.close),
    }


def print_close(told: Closed, *, zone: str, locale: str) -> bytes:
    """The close as PDF; the same month gives the same bytes."""
    values = tables(told)
    with force_locale(locale):
        values |= {
            "words": words,
            "zone": zone,
            "expiry_chart": words.expiry_chart(values["by_expiry"], told.found.month, ON_PAPER),
        }
        return rendering.pdf("documents/programme/close.html", values, locale)


def close_workbook(told: Closed, *, group: str, locale: str) -> bytes:
    """The close as a workbook."""
    values = tables(told)
    with force_locale(locale):
        title = _("Points outstanding: %(month)s", month=formats.month(told.found.month))
        return workbooks.workbook_bytes(_sheets(told, values, title), title=title, author=group)


def _sheets(told: Closed, values: Mapping[str, Any], title: str) -> list[Sheet]:
    found = told.found
    return [
        _forward_sheet(values["forward"], title, told),
        Sheet(
            _("To book"),
            [_("Account in the books"), _("Debit, EUR"), _("Credit, EUR")],
            [
                [words.line_name(line), money(line.debit_cents), money(line.credit_cents)]
                for line in values["booking"]
            ],
            title=title,
        ),
        _footing_sheet(values["footing"]),
        _cut_sheet(
            _("By tier"),
            _("Tier"),
            values["by_tier"],
            lambda code: str(values["tiers"][code]),
            found.cost_cents,
        ),
        _cut_sheet(_("By expiry"), _("Expires in"), values["by_expiry"], str, found.cost_cents),
        _cut_sheet(_("By age"), _("Age of the lot"), values["by_age"], words.band_name, found.cost_cents),
        _breakage_sheet(values["breakage"][0]),
    ]


def _forward_sheet(rows: Sequence[Row], title: str, told: Closed) -> Sheet:
    return Sheet(
        _("Roll-forward"),
        [_("Movement"), _("Points"), "EUR"],
        [[words.row_name(row), row.points, money(row.cents)] for row in rows],
        title=title,
        notes=[
            _("Rules, version %(number)s", number=told.found.version),
            words.point_cost(told.found),
            told.close.hash,
        ],
        sums=frozenset(number for number, row in enumerate(rows) if row.is_sum),
    )


def _footing_sheet(rows: Sequence[Row]) -> Sheet:
    return Sheet(
        _("Owed to us"),
        [_("Figure"), _("Points"), "EUR"],
        [[words.row_name(row), row.points, money(row.cents)] for row in rows],
        sums=frozenset({len(rows) - 1}),
    )


def _cut_sheet(name: str, first: str, cuts: Sequence[Cut], said: Any, cost: Any) -> Sheet:
    states = [str(word) for word in words.STATES.values()]
    rows: list[list[Cell]] = [
        [said(cut.key), cut.pending, cut.active, cut.held, cut.living, money(cost(cut.living))]
        for cut in cuts
    ]
    total = [sum(getattr(cut, state) for cut in cuts) for state in words.STATES]
    rows.append([_("In all"), *total, sum(total), money(cost(sum(total)))])
    return Sheet(name, [first, *states, _("In all"), "EUR"], rows, sums=frozenset({len(cuts)}))


def _breakage_sheet(found: Any) -> Sheet:
    rows: list[list[Cell]] = [
        [_("Points that will expire, estimated"), found.points if found.is_told else None],
        [_("95 %% interval, from") % {}, found.low if found.is_told else None],
        [_("95 %% interval, to") % {}, found.high if found.is_told else None],
        [_("Of so many points"), found.known_points],
        [_("Points of which it cannot be said yet"), found.unknown_points],
        [_("Vintages"), found.vintages],
    ]
    return Sheet(_("Breakage"), [_("Figure"), _("Points")], rows)

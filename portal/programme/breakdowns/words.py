"""What the figures of a statement are, and what they are made of, in words."""

from datetime import date

from flask_babel import gettext as _

from portal.programme.breakdowns.rules import OPENING, Figure, OrderLine
from portal.programme.months import rules as months
from portal.programme.words import BUCKETS
from portal.web import formats


def headline(figure: Figure, month: date) -> str:
    """Which figure it is."""
    points = formats.points(figure.points)
    if figure.expires_on is not None:
        return _("%(points)s can be used until %(day)s", points=points, day=formats.day(figure.expires_on))
    if figure.state is not None:
        points = f"{BUCKETS[figure.state]}: {points}"
    if figure.at == OPENING:
        return _("%(points)s at the beginning of %(day)s", points=points, day=formats.day(month))
    return _("%(points)s at the end of %(day)s", points=points, day=formats.day(months.last_day(month)))


def since(line: OrderLine) -> str:
    """What became of an order after the statement had counted it."""
    if line.is_cancelled:
        return _("cancelled since")
    return _("changed since") if line.is_changed else ""

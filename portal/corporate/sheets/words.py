"""The sheet of an order on paper."""

from typing import Any

from flask_babel import gettext as _

from portal.corporate.bookings.models import Booking, Settlement
from portal.derivation import recompute
from portal.programme.bundles.rules import BundlePrice
from portal.programme.sheets.words import Paper, Table
from portal.programme.words import CATEGORIES
from portal.web import formats
from portal.web.pages import locale_code
from portal.web.texts import in_language


def paper(booking: Booking, told: Booking | Settlement) -> Paper:
    """An order with its price and points as confirmed or as delivered, each derivation of it, for print."""
    price: BundlePrice = recompute(told.price).value
    title, hotel = (in_language(text, locale_code()) for text in (booking.title, booking.property.name))
    state = _("as confirmed") if told is booking else _("as delivered")
    lead = f"{booking.spoken_reference} · {hotel}, {formats.day(booking.service_date)} · {state}"
    return Paper(
        company=booking.account.name,
        title=_("Why this price: %(title)s", title=title),
        lead=lead,
        derivations=derivations(told),
        tables=(_lines(booking, price), _bases(booking, price)),
    )


def derivations(told: Booking | Settlement) -> list[dict[str, object]]:
    """What is stored of a price and of the points that pay."""
    return [told.price, *([told.payment] if told.payment else [])]


def _lines(booking: Booking, price: BundlePrice) -> Table:
    rows = []
    for line in price.lines:
        money = (line.list_cents, line.discount_cents, line.vat_cents, line.net_cents)
        said = [formats.cents(each, booking.currency) for each in money]
        earns = _("at cost") if line.third_party else said[-1]
        name: Any = line.service
        rows.append([in_language(name, locale_code()), *said, earns])
    columns = [_("Service"), _("Listed"), _("Discount"), _("VAT"), _("Net"), _("Earns from")]
    return Table(_("Line by line"), columns, rows)


def _bases(booking: Booking, price: BundlePrice) -> Table:
    rows = [[str(CATEGORIES[code]), formats.cents(cents, booking.currency)] for code, cents in price.bases]
    return Table(_("What earns points"), [_("Category"), _("Net")], rows)

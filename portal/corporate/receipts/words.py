"""A receipt as plain rows, for letters."""

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.corporate.bundles.words import amount
from portal.corporate.halls.words import LAYOUTS
from portal.corporate.receipts.rules import Discount, Receipt, ReceiptLine
from portal.web.formats import cents, percent_bp, points
from portal.web.pages import locale_code
from portal.web.texts import in_language

Row = tuple[str, str]


def price_rows(shown: Receipt, *, currency: str) -> list[Row]:
    """What is listed, taken off and paid with points, line by line; what is left to pay is their sum."""
    rows = [(_named(line), cents(line.list_cents, currency)) for line in (*shown.own, *shown.third_party)]
    rows += [
        (discount_name(each, shown.kinds), f"−{cents(each.cents, currency)}") for each in shown.discounts
    ]
    if shown.vat_added_cents > 0:
        rows.append((_("VAT on net prices"), cents(shown.vat_added_cents, currency)))
    if shown.points:
        label = _("Paid with points") + f", {points(shown.points)}"
        rows.append((label, f"−{cents(shown.pays_cents, currency)}"))
    return rows


def discount_name(each: Discount, kinds: int) -> str:
    """Which discount it is."""
    percent = percent_bp(each.discount_bp)
    if each.is_bundle:
        return str(
            ngettext(
                "Bundle of %(num)s kind, −%(percent)s",
                "Bundle of %(num)s kinds, −%(percent)s",
                kinds,
                percent=percent,
            )
        )
    return str(_("Halls and equipment, −%(percent)s", percent=percent))


def _named(line: ReceiptLine) -> str:
    locale = locale_code()
    parts = [in_language(line.name, locale), amount(line.promise.quantity, line.promise.unit)]
    if line.promise.place:
        parts.append(in_language(line.promise.place, locale))
    if line.promise.layout:
        parts.append(str(LAYOUTS[line.promise.layout]))
    return ", ".join(parts)

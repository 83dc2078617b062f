"""What the company saved: the orders behind the sum, as a page, as a file and on paper."""

from collections.abc import Iterator
from datetime import date
from itertools import chain

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from portal import clock
from portal.accounts import access
from portal.corporate.savings import queries
from portal.corporate.savings.forms import SavingForm
from portal.corporate.savings.queries import Saved, SavingFilter, Sum
from portal.documents import exports, rendering, tables
from portal.documents.exports import Export
from portal.documents.workbooks import money
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.web import formats
from portal.web.gate import allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.texts import in_language

blueprint = Blueprint("savings", __name__, url_prefix="/corporate/company")
ROWS_AT_ONCE = 1_000
PRINTED = 200


@blueprint.get("/savings")
@allow(access.administers)
def savings() -> str:
    """Each order that saved something, and what they come to."""
    account, (form, only) = access.acting_account(visitor()), _filter(hotel.properties())
    page = queries.saved(account.id, only=only, after=request.args.get("after"))
    return render_template(
        "corporate/savings/savings.html",
        account=account, form=form, only=only, rows=page.rows, sum=queries.sum_of(account.id, only=only),
        is_narrowed=bool(form.day_from.data or form.day_to.data or only.property_id),
        exports=exports.urls("savings.savings_file"), said=_span(only), zone=only.zone,
        kept={name: value for name in ("from", "to", "hotel") if (value := request.args.get(name))},
        first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip


@blueprint.get("/savings.<any(csv, xlsx):form>")
@allow(access.administers)
def savings_file(form: str) -> Response:
    """The same orders as a file."""
    account, (_form, only) = access.acting_account(visitor()), _filter(hotel.properties())
    found = every_row(lambda after: queries.saved(account.id, only=only, after=after, limit=ROWS_AT_ONCE))
    header = [_("Confirmed"), _("Reference"), _("Title"), _("Hotel"), _("List price"), _("Discount")]
    header += [_("Paid with points"), _("Saved"), _("Currency")]
    rows: Iterator[list[tables.Cell]] = (_cells(each, only.zone) for each in found)
    rows = chain(rows, _pass_cells(queries.sum_of(account.id, only=only)))
    title = _("Savings of %(company)s", company=account.name)
    return exports.answer(Export("savings", title, header, rows, [_span(only)]), form)


@blueprint.get("/savings.pdf")
@allow(access.administers)
@limiter.limit(PAPER)
def paper() -> Response:
    """The same on paper, to be handed over."""
    account, (_form, only) = access.acting_account(visitor()), _filter(hotel.properties())
    page = queries.saved(account.id, only=only, limit=PRINTED)
    values = {
        "account": account, "rows": page.rows, "is_cut": page.next_key is not None, "zone": only.zone,
        "sum": queries.sum_of(account.id, only=only), "said": _span(only), "printed": PRINTED,
    }  # fmt: skip
    content = rendering.pdf("documents/corporate/savings.html", values, locale_code())
    name = f"savings-{only.day_from.isoformat()}-{only.day_to.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _filter(houses: list[Property]) -> tuple[SavingForm, SavingFilter]:
    form, zone = SavingForm(request.args), hotel.house_zone()
    form.fit(houses, locale=locale_code())
    form.validate()
    today = clock.local_date(clock.now(), zone)
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    first = form.day_from.data or date(today.year, 1, 1)
    return form, SavingFilter(first, max(form.day_to.data or today, first), zone, chosen)


def _span(only: SavingFilter) -> str:
    start, end = formats.day(only.day_from), formats.day(only.day_to)
    return str(
        _(
            "Orders confirmed from %(start)s to %(end)s, both days included; the latest first.",
            start=start,
            end=end,
        )
    )


def _pass_cells(sum_: Sum) -> list[list[tables.Cell]]:
    """The guest passes of the same days, in one row, so that the column comes to what the page says."""
    used = sum_.passes
    if not used.uses:
        return []
    said = ngettext("Guest passes, %(num)s use", "Guest passes, %(num)s uses", used.uses)
    saved = money(used.saved_cents)
    return [[None, "", said, "", money(used.list_cents), saved, money(0), saved, hotel.currency()]]


def _cells(each: Saved, zone: str) -> list[tables.Cell]:
    booking = each.booking
    return [
        clock.local_date(each.confirmed_at, zone), booking.reference,
        in_language(booking.title, locale_code()), booking.property.code, money(booking.list_cents),
        money(booking.discount_cents), money(each.points_cents), money(each.total_cents), booking.currency,
    ]  # fmt: skip

"""The terms of a hotel: how long quotes are valid, how many people there are, when partners answer."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.clock import local_date
from portal.corporate.terms import access, actions, queries, rules, words
from portal.corporate.terms.forms import TermForm
from portal.corporate.terms.models import HouseTerm, TermKind
from portal.corporate.terms.rules import TermOfOthers
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.hotel.models import Property, Service
from portal.programme.rules import Refusal
from portal.web import why
from portal.web.gate import allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.texts import in_language

blueprint = Blueprint("terms", __name__, url_prefix="/corporate/terms")

Answer = str | Response | tuple[str, int]
UNPROCESSABLE, ROWS_AT_ONCE = 422, 1_000


@blueprint.get("")
@allow(access.reads_terms)
def terms() -> str:
    """What holds today, and all that was ever set."""
    house = _house()
    day = local_date(clock.now(), house.zone)
    return _page(house, TermForm(token=str(uuid.uuid4()), valid_from=day))


@blueprint.get("/terms.<any(csv, xlsx):form>")
@allow(access.reads_terms)
def terms_file(form: str) -> Response:
    """All that was ever set as a file."""
    house = _house()
    # The rows are drawn while they leave: the house may be forgotten by then.
    house_id, zone, said = house.id, house.zone, [in_language(house.name, locale_code())]
    found = every_row(lambda after: queries.terms_of(house_id, after=after, limit=ROWS_AT_ONCE))
    header = [_("Term"), _("Value"), _("In words"), _("From day"), _("Set by"), _("Set at")]
    cells = (_cells(each, zone) for each in found)
    return exports.answer(Export("terms", _("Terms of the house"), header, cells, said), form)


@blueprint.post("")
@allow(access.sets_terms)
def set_term() -> Answer:
    """Set one term from a day on."""
    house, form = _house(), TermForm()
    form.term.choices = _choices(queries.services_with_terms())
    if form.validate_on_submit():
        try:
            with transaction():
                _set(form, hotel.property_by_code(house.code) or abort(404))
            flash(_("Set. What was agreed before keeps the terms of its day."), "ok")
            return redirect(url_for("terms.terms", hotel=house.code))
        except TermOfOthers:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(why.fill(words.REFUSALS[type(refusal)], refusal.values))
    return _page(_house(), form), UNPROCESSABLE


def _set(form: TermForm, house: Property) -> None:
    kind, _colon, service = form.term.data.partition(":")
    actions.set_term(
        token=uuid.UUID(form.token.data or ""),
        house=house,
        property_ids=access.set_by(visitor(), hotel.properties()),
        kind=TermKind(kind),
        service=service or None,
        value=form.value.data if form.value.data is not None else abort(400),
        valid_from=form.valid_from.data or abort(400),
        by_id=visitor().person_id or 0,
        at=clock.now(),
    )


def _house() -> Property:
    """The hotel of the address, else the visitor's own, else the first."""
    houses = hotel.properties()
    own = access.set_by(visitor(), houses)
    asked = next((each for each in houses if each.code == request.args.get("hotel")), None)
    first = next((each for each in houses if each.id in own), None) or next(iter(houses), None)
    return asked or first or abort(404)


def _page(house: Property, form: TermForm) -> str:
    services, houses = queries.services_with_terms(), hotel.properties()
    form.term.choices = _choices(services)
    held = queries.holds_today([house.id], local_date(clock.now(), house.zone))
    page = queries.terms_of(house.id, after=request.args.get("after"))
    quotes = held.get((TermKind.QUOTE_DAYS, None), rules.QUOTE_DAYS)
    now = [(words.name(TermKind.QUOTE_DAYS, None), words.amount(TermKind.QUOTE_DAYS, quotes))]
    now += [
        (words.name(kind, service), words.amount(kind, held.get((kind, service.id))))
        for kind, service in services
    ]
    return render_template(
        "corporate/terms/terms.html",
        house=house,
        houses=houses,
        form=form,
        now=now,
        rows=page.rows,
        words=words,
        may_set=house.id in access.set_by(visitor(), houses),
        exports=exports.urls("terms.terms_file"),
        first_url=first_url(),
        next_url=next_url(page),
    )


def _cells(each: HouseTerm, zone: str) -> list[tables.Cell]:
    return [
        words.name(each.kind, each.service), each.value, words.amount(each.kind, each.value),
        each.valid_from, each.by.name, exports.local(each.at, zone),
    ]  # fmt: skip


def _choices(services: Sequence[tuple[TermKind, Service]]) -> list[tuple[str, str]]:
    quotes = (TermKind.QUOTE_DAYS.value, words.name(TermKind.QUOTE_DAYS, None))
    return [quotes, *((f"{kind.value}:{each.code}", words.name(kind, each)) for kind, each in services)]

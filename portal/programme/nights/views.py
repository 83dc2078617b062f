"""The price page of a company: a stay night by night, and what an invitee pays."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts import access as accounts_access
from portal.accounts.models import Account
from portal.derivation import Derived
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme import access
from portal.programme.companies import views as companies
from portal.programme.contracts import queries as contracts
from portal.programme.nights import queries, words
from portal.programme.nights.forms import InviteeForm, StayForm
from portal.programme.nights.rules import NightsPrice
from portal.programme.rules import Refusal
from portal.programme.words import INVITEES
from portal.web.gate import allow, visitor
from portal.web.pages import locale_code

blueprint = Blueprint("nights", __name__)


@blueprint.get("/price")
@allow(access.has_own_points)
def my_price() -> Response:
    """The price page of the company that the visitor acts for."""
    own = accounts_access.acting_account(visitor())
    return redirect(url_for("nights.price", account_id=own.public_id))


@blueprint.get("/accounts/<uuid:account_id>/price")
@allow(access.reads_points)
def price(account_id: uuid.UUID) -> str:
    """What a stay would cost, and what an invitee would pay; all of it stands in the address."""
    account, houses = access.account_for(visitor(), account_id), hotel.properties()
    asked = request.args.get("i-price") is not None
    stay, invitee = _stay_form(account, houses), InviteeForm(request.args if asked else None, prefix="i-")
    invitee.fit(houses, locale=locale_code())
    offer = _offer(account, houses, stay) if request.args.get("bar") is not None else None
    pays = _pays(account, houses, invitee) if asked else None
    return render_template(
        "programme/nights/price.html",
        account=account, tabs=companies.tabs(account, "nights.price"),
        stay=stay, invitee=invitee, by=words.BY, invitees=INVITEES,
        currency=_house(houses, (invitee if asked else stay).hotel.data).currency if houses else "EUR",
        offer=offer.value if offer else None, offer_why=offer.to_json() if offer else None,
        pays=pays.value if pays else None, pays_why=pays.to_json() if pays else None,
    )  # fmt: skip


def _stay_form(account: Account, houses: Sequence[Property]) -> StayForm:
    form = StayForm(request.args if request.args.get("bar") is not None else None)
    form.fit(houses, locale=locale_code())
    kinds: list[tuple[str, Any]] = [("", _("every kind of room"))]
    form.room.choices = kinds + [(kind, kind) for kind in contracts.room_kinds(account.id)]
    return form


def _offer(account: Account, houses: Sequence[Property], form: StayForm) -> Derived[NightsPrice] | None:
    if not form.validate():
        return None
    try:
        house, room = _house(houses, form.hotel.data), form.room.data or ""
        return queries.price_of_stay(account.id, house, form.ask(), room_kind=room)
    except Refusal as refusal:
        form.form_errors.append(words.refused(refusal))
    return None


def _pays(account: Account, houses: Sequence[Property], form: InviteeForm) -> Derived[int] | None:
    if not form.validate() or form.day.data is None:
        return None
    try:
        return queries.price_for_invitee(
            account.id,
            _house(houses, form.hotel.data),
            kind=form.kind.data,
            price_cents=form.price.data or 0,
            day=form.day.data,
        )
    except Refusal as refusal:
        form.form_errors.append(words.refused(refusal))
    return None


def _house(houses: Sequence[Property], code: str | None) -> Property:
    return next((house for house in houses if house.code == code), houses[0])

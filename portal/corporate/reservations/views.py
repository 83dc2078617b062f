"""The client's side of souvenirs: the catalogue at the company's points, one item, what is reserved."""

import uuid
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.bookings import queries as bookings
from portal.corporate.reservations import access, actions, queries, rules, words
from portal.corporate.reservations.actions import Wanted
from portal.corporate.reservations.forms import FilterForm, ReserveForm, ShopForm
from portal.corporate.reservations.models import EndKind, Reservation, ReservationState
from portal.corporate.reservations.queries import ReservationFilter, Tab
from portal.corporate.souvenirs import queries as souvenirs
from portal.corporate.souvenirs.models import Souvenir
from portal.corporate.souvenirs.queries import SouvenirFilter
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.ledger import queries as ledger
from portal.programme.redemption.rules import redeem
from portal.programme.rules import Refusal, Rules
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import address_of, every_row, first_url, next_url
from portal.web.registries import Found
from portal.web.texts import in_language

blueprint = Blueprint("reservations", __name__, url_prefix="/corporate/souvenirs")
Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 1_000


@blueprint.get("")
@allow(accounts.books)
def shop() -> str:
    """What points can be taken for, the cheapest first."""
    account, houses = accounts.acting_account(visitor()), hotel.properties()
    form, balance = ShopForm(request.args), ledger.balance_of(account.id)
    form.fit(houses, locale=locale_code())
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    within = balance.active if request.args.get("within") == "yes" else None
    only = SouvenirFilter((form.q.data or "").strip()[:100], chosen, within, is_offered=True, sets=False)
    in_force = programme.rules_in_force(local_date(clock.now(), hotel.house_zone()))
    page = souvenirs.souvenirs(only, after=request.args.get("after"))
    return render_template(
        "corporate/reservations/shop.html",
        account=account, form=form, only=only, within=within is not None, souvenirs=page.rows,
        balance=balance, misfit=lambda points: words.misfit(points, in_force),
        reserved=queries.counts(access.own_reach(visitor()), only=ReservationFilter())[Tab.WAITING],
        exports=exports.urls("reservations.shop_file"), first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip


@blueprint.get("/catalogue.<any(csv, xlsx):form>")
@allow(accounts.books)
def shop_file(form: str) -> Response:
    """The same catalogue as a file."""
    only = SouvenirFilter(request.args.get("q", "").strip()[:100], is_offered=True, sets=False)
    found = every_row(lambda after: souvenirs.souvenirs(only, after=after, limit=ROWS_AT_ONCE))
    rows: Iterator[list[tables.Cell]] = (
        [
            in_language(each.name, locale_code()), in_language(each.description, locale_code()), each.points,
            sum(stock.available for stock in each.stocks),
        ]
        for each in found
    )  # fmt: skip
    header = [_("Souvenir"), _("Description"), _("Points"), _("Left at all hotels")]
    return exports.answer(Export("souvenirs", _("Souvenirs"), header, rows), form)


@blueprint.route("/<uuid:souvenir_id>", methods=["GET", "POST"])
@allow(accounts.books)
def item(souvenir_id: uuid.UUID) -> Answer:
    """One souvenir: what it takes and leaves, where it is in stock; then reserve it."""
    account, form = accounts.acting_account(visitor()), ReserveForm()
    found = _offered(souvenir_id)
    _fit(form, found, account.id)
    if form.validate_on_submit():
        house = hotel.property_by_code(form.hotel.data or "") or abort(404)
        try:
            with transaction():
                reserved = _reserve(form, souvenir_id, house, account.id)
            flash(_("Reserved. It waits at the front desk from the day of arrival."), "ok")
            return redirect(url_for("reservations.reservation", reservation_id=reserved.public_id))
        except rules.ReservationOfOthers:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=house.zone))
    return _item_page(_offered(souvenir_id), form, account.id)


@blueprint.get("/reserved")
@allow(accounts.books)
def reserved() -> str:
    """What the company has reserved, by state, hotel, day of arrival and text."""
    account, seen = accounts.acting_account(visitor()), access.own_reach(visitor())
    form, only = list_filter(hotel.properties())
    page = queries.reservations(seen, only=only, after=request.args.get("after"))
    counts = queries.counts(seen, only=only)
    answer = render_template(
        "corporate/reservations/reserved.html",
        account=account, form=form, only=only, reservations=page.rows, total=counts[Tab.ALL],
        waiting=counts[Tab.WAITING], tabs=list_tabs("reservations.reserved", counts, only),
        states=words.STATES,
        state_tags=words.STATE_TAGS, exports=exports.urls("reservations.reserved_file"),
        first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip
    record_looks(page.rows)
    return answer


@blueprint.get("/reserved.<any(csv, xlsx):form>")
@allow(accounts.books)
def reserved_file(form: str) -> Response:
    """The same reservations as a file."""
    _form, only = list_filter(hotel.properties())
    return list_file(access.own_reach(visitor()), only, form)


@blueprint.get("/reserved/<uuid:reservation_id>")
@allow(accounts.books)
def reservation(reservation_id: uuid.UUID) -> str:
    """One reservation: how it stands, what it took, and why."""
    found = queries.reservation(access.own_reach(visitor()), reservation_id) or abort(404)
    answer = render_template(
        "corporate/reservations/reservation.html",
        reservation=found, state=found.state, states=words.STATES, tags=words.STATE_TAGS,
        timeline=words.timeline(found), is_open=found.state is ReservationState.RESERVED,
    )  # fmt: skip
    record_looks([found])
    return answer


@blueprint.post("/reserved/<uuid:reservation_id>/cancellation")
@allow(accounts.books)
def cancel(reservation_id: uuid.UUID) -> WerkzeugResponse:
    """Cancel it: the points go back to the lots they came from, the souvenir to the shelf."""
    seen = access.own_reach(visitor())
    house = (queries.reservation(seen, reservation_id) or abort(404)).house
    try:
        with transaction():
            actions.cancel(
                public_id=reservation_id, reach=seen, kind=EndKind.BY_CLIENT, reason="",
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
        flash(_("Cancelled. The points can be spent again, and the souvenir is free."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal, zone=house.zone), "bad")
    return redirect(url_for("reservations.reservation", reservation_id=reservation_id))


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """Souvenirs and reservations by name, for the search of the top bar."""
    if not accounts.books(asking) or not text.strip():
        return []
    only = SouvenirFilter(text, is_offered=True, sets=False)
    offered = [
        Found(_("Souvenir"), in_language(each.name, locale_code()), _("Catalogue"), _url_of(each))
        for each in souvenirs.souvenirs(only, limit=limit).rows
    ]
    listed = queries.reservations(
        access.own_reach(asking), only=ReservationFilter(Tab.ALL, text=text), limit=limit
    )
    return offered + [
        Found(
            _("Reserved souvenir"), in_language(each.souvenir.name, locale_code()), each.guest.name,
            url_for("reservations.reservation", reservation_id=each.public_id),
        )
        for each in listed.rows
    ]  # fmt: skip


def list_filter(houses: list[Property]) -> tuple[FilterForm, ReservationFilter]:
    """What a list of reservations is narrowed to by the address."""
    form = FilterForm(request.args)
    form.fit(houses, locale=locale_code())
    form.validate()
    tab = request.args.get("tab", Tab.WAITING.value)
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    return form, ReservationFilter(
        tab=Tab(tab) if tab in set(Tab) else Tab.WAITING, property_id=chosen, day_from=form.day_from.data,
        day_to=form.day_to.data, text=(form.q.data or "").strip()[:100],
    )  # fmt: skip


def list_tabs(endpoint: str, counts: dict[Tab, int], only: ReservationFilter) -> list[dict[str, Any]]:
    """The tabs of a list of reservations; an empty one is left out unless it is open."""
    kept = {name: value for name in ("q", "hotel", "from", "to") if (value := request.args.get(name))}
    return [
        {
            "url": address_of(endpoint, {"tab": tab.value, **kept}),
            "label": str(words.TABS[tab]),
            "count": number,
            "current": tab is only.tab,
        }
        for tab, number in counts.items()
        if number or tab in {only.tab, Tab.WAITING, Tab.ALL}
    ]


def list_file(seen: queries.Reach, only: ReservationFilter, form: str) -> Response:
    """A list of reservations as a file."""

    def read() -> Iterator[Reservation]:
        return every_row(lambda after: queries.reservations(seen, only=only, after=after, limit=ROWS_AT_ONCE))

    # Before the answer leaves: what streams cannot write.
    _record_looks_at(queries.people_of(seen, only=only))
    header = [_("Arrival"), _("Souvenir"), _("How many"), _("Points"), _("For"), _("Company"), _("Hotel")]
    header += [_("State"), _("Waits until"), _("Reserved by")]
    return exports.answer(
        Export("reserved", _("Reserved souvenirs"), header, map(_cells, read()), words.narrowed(only)), form
    )


def record_looks(shown: list[Reservation] | Any) -> None:
    """Whoever a souvenir is for, and whoever reserved it, can read who looked."""
    _record_looks_at([each for found in shown for each in (found.guest_id, found.reserved_by_id)])


def _record_looks_at(named: list[int]) -> None:
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=named, page="reservations", at=clock.now())


def _cells(found: Reservation) -> list[tables.Cell]:
    return [
        found.arrival, in_language(found.souvenir.name, locale_code()), found.quantity, found.points,
        found.guest.name, found.account.name, in_language(found.house.name, locale_code()),
        str(words.STATES[found.state]), found.keep_until, found.reserved_by.name,
    ]  # fmt: skip


def _offered(souvenir_id: uuid.UUID) -> Souvenir:
    found = souvenirs.souvenir(souvenir_id)
    if found is None or found.on_sale_since is None or found.points is None:
        abort(404)
    return found


def _fit(form: ReserveForm, found: Souvenir, account_id: int) -> None:
    balance, most = ledger.balance_of(account_id).active, souvenirs.terms().most
    form.fit(
        found.stocks, bookings.travellers(account_id), points=found.points or 0, balance=balance, most=most,
        locale=locale_code(),
    )  # fmt: skip


def _reserve(form: ReserveForm, souvenir_id: uuid.UUID, house: Property, account_id: int) -> Reservation:
    souvenir = souvenirs.souvenir(souvenir_id) or abort(404)
    chosen = uuid.UUID(form.traveller.data) if form.traveller.data else uuid.UUID(int=0)
    quantity = int(form.quantity.data or 1)
    wanted = Wanted(
        souvenir, house, bookings.traveller(account_id, chosen), form.arrival.data or abort(400), quantity
    )
    seen = form.seen.data * quantity if form.seen.data is not None else None
    return actions.reserve(
        token=uuid.UUID(form.token.data), account_id=account_id, wanted=wanted, seen_points=seen,
        by_id=visitor().person_id or 0, at=clock.now(),
    )  # fmt: skip


def _item_page(found: Souvenir, form: ReserveForm, account_id: int) -> Answer:
    balance = ledger.balance_of(account_id).active
    in_force = programme.rules_in_force(local_date(clock.now(), hotel.house_zone()))
    page = render_template(
        "corporate/reservations/item.html",
        souvenir=found, form=form, balance=balance, leaves=balance - (found.points or 0),
        why=_why(found, balance, in_force), misfit=words.misfit(found.points or 0, in_force),
        is_left=any(stock.available > 0 for stock in found.stocks),
        terms=souvenirs.terms(), has_travellers=bool(bookings.travellers(account_id)),
    )  # fmt: skip
    return (page, UNPROCESSABLE) if form.errors else page


def _why(found: Souvenir, balance: int, in_force: Rules) -> Any:
    """What one takes and leaves, as it will be kept with the reservation; none where it cannot be had."""
    try:
        return redeem(rules=in_force, points=found.points or 0, balance_points=balance).to_json()
    except Refusal:
        return None


def _url_of(souvenir: Souvenir) -> str:
    return url_for("reservations.item", souvenir_id=souvenir.public_id)

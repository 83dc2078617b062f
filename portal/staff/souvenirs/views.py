"""Souvenirs at a desk: hand over what waits, give what the tier gives, take back what returns."""

import uuid

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import queries as accounts
from portal.corporate.presence import rules as presence
from portal.corporate.presence.rules import Shown
from portal.corporate.reservations import actions as reservations
from portal.corporate.reservations import queries
from portal.corporate.reservations import views as lists
from portal.corporate.reservations import words as reservation_words
from portal.corporate.reservations.forms import HandoverForm
from portal.corporate.reservations.models import EndKind, ReservationState
from portal.corporate.reservations.queries import Reach, Tab
from portal.corporate.reservations.rules import ReservationOfOthers
from portal.database import transaction
from portal.documents import exports
from portal.programme.rules import Refusal
from portal.programme.standing import queries as standing
from portal.staff.desk import access
from portal.staff.souvenirs import actions, words
from portal.staff.souvenirs.forms import EndForm, GiftForm, ReturnForm
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code, toast
from portal.web.paging import first_url, next_url
from portal.web.registries import Found
from portal.web.texts import in_language

blueprint = Blueprint("desk_souvenirs", __name__, url_prefix="/desk/souvenirs")
Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
MOST_AT_ONCE = 30


@blueprint.get("")
@allow(access.at_desk)
def reserved() -> str:
    """What waits at this desk and what became of it, the soonest arrival first."""
    house = access.desk_property(visitor())
    seen, (form, only) = Reach(property_ids=(house.id,)), lists.list_filter([house])
    page = queries.reservations(seen, only=only, after=request.args.get("after"))
    counts = queries.counts(seen, only=only)
    answer = render_template(
        "staff/souvenirs/reserved.html",
        house=house, form=form, only=only, reservations=page.rows, total=counts[Tab.ALL],
        waiting=counts[Tab.WAITING], tabs=lists.list_tabs("desk_souvenirs.reserved", counts, only),
        states=reservation_words.STATES, state_tags=reservation_words.STATE_TAGS,
        exports=exports.urls("desk_souvenirs.reserved_file"), first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip
    lists.record_looks(page.rows)
    return answer


@blueprint.get("/reserved.<any(csv, xlsx):form>")
@allow(access.at_desk)
def reserved_file(form: str) -> Response:
    """The same as a file."""
    house = access.desk_property(visitor())
    _form, only = lists.list_filter([house])
    return lists.list_file(Reach(property_ids=(house.id,)), only, form)


@blueprint.get("/<uuid:reservation_id>")
@allow(access.at_desk)
def reservation(reservation_id: uuid.UUID) -> str:
    """One reserved souvenir, with what the desk may still do."""
    return _page(reservation_id)


@blueprint.post("/handover")
@allow(access.at_desk)
def hand_over() -> WerkzeugResponse:
    """Hand over what waits for the guest at hand."""
    form, house = HandoverForm(), access.desk_property(visitor())
    number = form.card.data or ""
    if not form.validate_on_submit():
        flash(_("Choose what is handed over."), "bad")
        return redirect(url_for("desk.desk", q=number))
    try:
        with transaction():
            done = actions.hand_over(
                token=uuid.UUID(form.token.data), card=accounts.card_by_number(number) or abort(404),
                wanted=form.chosen()[:MOST_AT_ONCE], property_id=house.id, shown=_unsealed(form),
                document=form.document.data, by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        flash(words.refused(refusal, zone=house.zone), "bad")
        return redirect(url_for("desk.desk", q=number))
    ids = [str(each.public_id) for each in done]
    toast(words.handed_over(done), undo_url=url_for("desk_souvenirs.undo", card=number, reserved=ids))
    return redirect(url_for("desk.desk", q=number))


@blueprint.post("/undo")
@allow(access.at_desk)
def undo() -> WerkzeugResponse:
    """Undo one's own hand-over of the last ten minutes."""
    house, at = access.desk_property(visitor()), clock.now()
    wanted = request.args.getlist("reserved", type=uuid.UUID)[:MOST_AT_ONCE]
    try:
        with transaction():
            actions.undo_handover(wanted=wanted, property_id=house.id, by_id=visitor().person_id or 0, at=at)
        flash(str(words.UNDONE), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal, zone=house.zone), "bad")
    return redirect(url_for("desk.desk", q=request.args.get("card", "")))


@blueprint.post("/gifts")
@allow(access.at_desk)
def give() -> WerkzeugResponse:
    """Give the guest at hand the souvenir of their tier."""
    form, house = GiftForm(), access.desk_property(visitor())
    number = form.card.data or ""
    if not form.validate_on_submit():
        abort(400)
    try:
        with transaction():
            card = accounts.card_by_number(number) or abort(404)
            tier = standing.tier_rules_of(card.account_id)
            gift = actions.give_on_arrival(
                token=uuid.UUID(form.token.data), card=card, word=tier.souvenir, property_id=house.id,
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
        said = _("Given on arrival to %(guest)s", guest=card.holder.name)
        toast(said, undo_url=url_for("desk_souvenirs.undo_gift", gift_id=gift.public_id, card=number))
    except Refusal as refusal:
        flash(words.refused(refusal, zone=house.zone), "bad")
    return redirect(url_for("desk.desk", q=number))


@blueprint.post("/gifts/<uuid:gift_id>/undo")
@allow(access.at_desk)
def undo_gift(gift_id: uuid.UUID) -> WerkzeugResponse:
    """Undo one's own gift of the last ten minutes."""
    house = access.desk_property(visitor())
    try:
        with transaction():
            gift = queries.gift(gift_id)
            if gift is None or gift.property_id != house.id:
                abort(404)
            actions.undo_gift(gift=gift, by_id=visitor().person_id or 0, at=clock.now())
        flash(str(words.GIFT_UNDONE), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal, zone=house.zone), "bad")
    return redirect(url_for("desk.desk", q=request.args.get("card", "")))


@blueprint.post("/<uuid:reservation_id>/return")
@allow(access.at_desk)
def take_back(reservation_id: uuid.UUID) -> Answer:
    """It came back: the points go back to the company."""
    form, house = ReturnForm(), access.desk_property(visitor())
    if form.validate_on_submit():
        try:
            with transaction():
                reservations.take_back(
                    public_id=reservation_id, property_id=house.id, is_restocked=form.back.data == "shelf",
                    reason=(form.reason.data or "").strip(), by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(
                _("Taken back. The points are with the company again, and whoever reserved it is told."), "ok"
            )
            return redirect(url_for("desk_souvenirs.reservation", reservation_id=reservation_id))
        except Refusal as refusal:
            _not_others(refusal)
            form.form_errors.append(words.refused(refusal, zone=house.zone))
    return _page(reservation_id, return_form=form), UNPROCESSABLE


@blueprint.post("/<uuid:reservation_id>/end")
@allow(access.at_desk)
def end(reservation_id: uuid.UUID) -> Answer:
    """The hotel cannot hand it over: the points go back to the company."""
    form, house = EndForm(), access.desk_property(visitor())
    if form.validate_on_submit():
        try:
            with transaction():
                reservations.cancel(
                    public_id=reservation_id, reach=Reach(property_ids=(house.id,)), kind=EndKind.BY_HOTEL,
                    reason=(form.reason.data or "").strip(), by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(
                _("Cancelled. The points are with the company again, and whoever reserved it is told."), "ok"
            )
            return redirect(url_for("desk_souvenirs.reservation", reservation_id=reservation_id))
        except Refusal as refusal:
            _not_others(refusal)
            form.form_errors.append(words.refused(refusal, zone=house.zone))
    return _page(reservation_id, end_form=form), UNPROCESSABLE


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """Reserved souvenirs of the visitor's hotels by guest or name, for the search of the top bar."""
    if not access.at_desk(asking) or not text.strip():
        return []
    only = queries.ReservationFilter(Tab.ALL, text=text)
    seen = Reach(property_ids=asking.properties("front_desk"))
    return [
        Found(
            _("Reserved souvenir"), in_language(each.souvenir.name, locale_code()), each.guest.name,
            url_for("desk_souvenirs.reservation", reservation_id=each.public_id),
        )
        for each in queries.reservations(seen, only=only, limit=limit).rows
    ]  # fmt: skip


def _page(
    reservation_id: uuid.UUID, *, return_form: ReturnForm | None = None, end_form: EndForm | None = None
) -> str:
    house = access.desk_property(visitor())
    found = queries.reservation(Reach(property_ids=(house.id,)), reservation_id) or abort(404)
    page = render_template(
        "staff/souvenirs/reservation.html",
        house=house, reservation=found, state=found.state, states=reservation_words.STATES,
        tags=reservation_words.STATE_TAGS, timeline=reservation_words.timeline(found),
        form=return_form or end_form, return_form=return_form or ReturnForm(formdata=None),
        end_form=end_form or EndForm(formdata=None),
        waits=found.state is ReservationState.RESERVED, is_out=found.state is ReservationState.HANDED_OVER,
    )  # fmt: skip
    lists.record_looks([found])
    return page


def _unsealed(form: HandoverForm) -> Shown | None:
    sealed = form.shown.data or ""
    return presence.unseal(sealed, key=current_app.config["SECRET_KEY"]) if sealed else None


def _not_others(refusal: Refusal) -> None:
    if isinstance(refusal, ReservationOfOthers):
        abort(404)

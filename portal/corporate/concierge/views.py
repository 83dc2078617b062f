"""The concierge's list of what partners are asked, and the client's answer to what they offer."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access as accounts
from portal.corporate.bookings import queries as booked
from portal.corporate.bundles import words as bundle_words
from portal.corporate.bundles.rules import OrderRefused, instant, local
from portal.corporate.bundles.words import amount
from portal.corporate.concierge import access, actions, queries, rules, words
from portal.corporate.concierge.forms import AnswerForm, CallOffForm, ReplyForm
from portal.corporate.concierge.queries import Asked, Waits
from portal.corporate.enquiries import words as stands
from portal.corporate.enquiries.models import Answer
from portal.corporate.enquiries.rules import Stand, stand_of
from portal.corporate.repricing import queries as repricing
from portal.corporate.repricing.queries import Taken
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.programme.rules import Refusal
from portal.web.formats import until, when
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language

blueprint = Blueprint("concierge", __name__, url_prefix="/corporate/concierge")

Answered = str | Response | tuple[str, int]
UNPROCESSABLE, ROWS_AT_ONCE = 422, 1_000


@blueprint.get("")
@allow(access.asks_partners)
def enquiries() -> str:
    """What partners are asked, late first."""
    desk, at, waits = access.desk(visitor()), clock.now(), _waits()
    page = queries.open_enquiries(desk, waits=waits, after=request.args.get("after"))
    counts = queries.counts(desk)
    return render_template(
        "corporate/concierge/enquiries.html",
        rows=[(each, stand_of(each.enquiry, at=at)) for each in page.rows],
        partner=counts[Waits.PARTNER], words=stands, amount=amount, now=at, waits=waits,
        tabs=_tabs(counts, waits), exports=exports.urls("concierge.enquiries_file"),
        first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip


@blueprint.get("/enquiries.<any(csv, xlsx):form>")
@allow(access.asks_partners)
def enquiries_file(form: str) -> Response:
    """The same as a file."""
    desk, at, waits = access.desk(visitor()), clock.now(), _waits()
    found = every_row(
        lambda after: queries.open_enquiries(desk, waits=waits, after=after, limit=ROWS_AT_ONCE)
    )
    header = [
        _("Hotel"), _("Service"), _("Quantity"), _("Unit"), _("When"), _("Reference"), _("Booking"),
        _("Company"), _("Answer due"), _("State"), _("Reference of the partner"),
        _("No longer wanted since"),
    ]  # fmt: skip
    cells = (_cells(each, stand_of(each.enquiry, at=at)) for each in found)
    said = [str(words.TABS[waits])]
    return exports.answer(Export("enquiries", _("Enquiries to partners"), header, cells, said), form)


@blueprint.route("/<uuid:enquiry_id>", methods=["GET", "POST"])
@allow(access.asks_partners)
def answer(enquiry_id: uuid.UUID) -> Answered:
    """Note what the partner answers."""
    desk, form = access.desk(visitor()), AnswerForm()
    asked = queries.enquiry_for(desk, enquiry_id) or abort(404)
    if not form.is_submitted():
        _propose(form, asked)
    if form.validate_on_submit():
        try:
            with transaction():
                _note(form, queries.enquiry_for(desk, enquiry_id) or abort(404))
            flash(_("Noted, and the client is told."), "ok")
            return redirect(url_for("concierge.enquiries"))
        except Refusal as refusal:
            form.form_errors.append(_said(refusal, asked))
    return _page(enquiry_id, form)


@blueprint.post("/<uuid:enquiry_id>/call-off")
@allow(access.asks_partners)
def call_off(enquiry_id: uuid.UUID) -> Answered:
    """Note that the partner was told: nobody wants it any more."""
    desk, form = access.desk(visitor()), CallOffForm()
    asked = queries.enquiry_for(desk, enquiry_id) or abort(404)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.call_off(
                    public_id=enquiry_id, desk=desk, note=(form.note.data or "").strip(),
                    by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("Noted: the partner is called off."), "ok")
            return redirect(url_for("concierge.enquiries", waits=Waits.CALL_OFF.value))
        except Refusal as refusal:
            form.form_errors.append(_said(refusal, asked))
    return _page(enquiry_id, form)


@blueprint.route("/<uuid:enquiry_id>/offer", methods=["GET", "POST"])
@allow(accounts.books)
def offered(enquiry_id: uuid.UUID) -> Answered:
    """What a partner offers instead; the client takes or leaves it."""
    form, account_id = ReplyForm(), accounts.acting_account(visitor()).id
    asked = queries.of_account(account_id, enquiry_id) or abort(404)
    booking_url = url_for("bookings.booking", booking_id=asked.booking.public_id)
    if form.validate_on_submit():
        reply = actions.take_offer if "take" in request.form else actions.leave_offer
        try:
            with transaction():
                reply(
                    public_id=enquiry_id,
                    account_id=account_id,
                    by_id=visitor().person_id or 0,
                    at=clock.now(),
                )
            flash(_("Noted. This is how your booking stands now."), "ok")
            return redirect(booking_url)
        except Refusal as refusal:
            form.form_errors.append(_said(refusal, asked))
    return _offer_page(enquiry_id, account_id, form)


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """What the desk has to ask partners, and what partners offer a client."""
    account_id = accounts.acting_account_id(asking) if accounts.books(asking) else None
    desk = access.desk(asking) if access.asks_partners(asking) else None
    asked = queries.open_enquiries(desk, limit=limit).rows if desk else []
    left = queries.open_enquiries(desk, waits=Waits.CALL_OFF, limit=limit).rows if desk else []
    offers = queries.offered_to(account_id, limit=limit) if account_id is not None else []
    return [*map(_to_ask, asked), *map(_to_call_off, left), *map(_to_decide, offers)][:limit]


def _to_ask(each: Asked) -> Waiting:
    name, due = in_language(each.service.name, locale_code()), until(each.enquiry.due_at, each.house.zone)
    is_late = stand_of(each.enquiry, at=clock.now()) is Stand.LATE
    return Waiting(
        title=_("Late: ask the partner about %(service)s", service=name)
        if is_late
        else _("Ask the partner about %(service)s", service=name),
        detail=_("%(company)s, answer due %(when)s", company=each.company, when=due),
        url=url_for("concierge.answer", enquiry_id=each.enquiry.public_id),
        since=each.enquiry.asked_at,
    )


def _to_call_off(each: Asked) -> Waiting:
    name, starts = in_language(each.service.name, locale_code()), when(each.line.starts_at, each.house.zone)
    return Waiting(
        title=_("Call the partner off: %(service)s", service=name),
        detail=_("%(company)s, was for %(when)s", company=each.company, when=starts),
        url=url_for("concierge.answer", enquiry_id=each.enquiry.public_id),
        since=each.enquiry.call_off_at or each.enquiry.asked_at,
    )


def _to_decide(each: Asked) -> Waiting:
    name = in_language(each.service.name, locale_code())
    return Waiting(
        title=_("A partner offers something else: %(service)s", service=name),
        detail=in_language(each.booking.title, locale_code()),
        url=url_for("concierge.offered", enquiry_id=each.enquiry.public_id),
        since=each.enquiry.answered_at or each.enquiry.asked_at,
    )


def _waits() -> Waits:
    named = request.args.get("waits", "")
    return Waits(named) if named in set(Waits) else Waits.PARTNER


def _cells(each: Asked, stand: Stand) -> list[tables.Cell]:
    enquiry, zone = each.enquiry, each.house.zone
    return [
        in_language(each.house.name, locale_code()), in_language(each.service.name, locale_code()),
        each.line.quantity, str(bundle_words.UNITS[each.service.unit]),
        exports.local(each.line.starts_at, zone), each.booking.reference,
        in_language(each.booking.title, locale_code()), each.company, exports.local(enquiry.due_at, zone),
        str(stands.STANDS[stand]), enquiry.reference,
        exports.local(enquiry.call_off_at, zone) if enquiry.call_off_at else None,
    ]  # fmt: skip


def _tabs(counts: dict[Waits, int], current: Waits) -> list[dict[str, Any]]:
    return [
        {
            "label": words.TABS[waits],
            "url": url_for("concierge.enquiries", waits=None if waits is Waits.PARTNER else waits.value),
            "count": number,
            "current": waits is current,
        }
        for waits, number in counts.items()
    ]


def _propose(form: AnswerForm, asked: Asked) -> None:
    """The line's own time and price, to be changed where the partner offers others."""
    starts = local(asked.line.starts_at, asked.house.zone)
    form.day.data, form.starts.data = starts.date(), starts.time()
    form.price.data = Decimal(asked.line.unit_price_cents) / 100


def _note(form: AnswerForm, asked: Asked) -> None:
    enquiry_id, desk = asked.enquiry.public_id, access.desk(visitor())
    by_id, at, reason = visitor().person_id or 0, clock.now(), (form.reason.data or "").strip()
    if form.answer.data == Answer.CONFIRMED:
        reference = (form.reference.data or "").strip()
        actions.confirm(public_id=enquiry_id, desk=desk, reference=reference, by_id=by_id, at=at)
    elif form.answer.data == Answer.DECLINED:
        actions.decline(public_id=enquiry_id, desk=desk, reason=reason, by_id=by_id, at=at)
    else:
        other, cents = _other_time(form, asked), _cents(form, asked)
        actions.offer(
            public_id=enquiry_id,
            desk=desk,
            starts_at=other,
            unit_cents=cents,
            reason=reason,
            by_id=by_id,
            at=at,
        )


def _other_time(form: AnswerForm, asked: Asked) -> datetime:
    if form.day.data is None or form.starts.data is None:
        return asked.line.starts_at
    return instant(form.day.data, form.starts.data, asked.house.zone)


def _cents(form: AnswerForm, asked: Asked) -> int:
    price: Decimal | None = form.price.data
    return asked.line.unit_price_cents if price is None else int((price * 100).to_integral_value())


def _said(refusal: Refusal, asked: Asked) -> str:
    if isinstance(refusal, rules.EnquiryOfOthers):
        abort(404)
    if isinstance(refusal, OrderRefused):
        return str(_("The other time cannot be planned: take steps of five minutes."))
    return words.refused(refusal, zone=asked.house.zone)


def _page(enquiry_id: uuid.UUID, form: AnswerForm | CallOffForm) -> Answered:
    asked = queries.enquiry_for(access.desk(visitor()), enquiry_id) or abort(404)
    # What is to be called off has one question, whichever form brought the reader here.
    calling = form if isinstance(form, CallOffForm) else CallOffForm(formdata=None)
    page = render_template("corporate/concierge/answer.html", form=form, calling=calling, **_about(asked))
    return (page, UNPROCESSABLE) if form.errors else page


def _offer_page(enquiry_id: uuid.UUID, account_id: int, form: ReplyForm) -> Answered:
    asked = queries.of_account(account_id, enquiry_id) or abort(404)
    taken = _taken(asked) if stand_of(asked.enquiry, at=clock.now()) is Stand.OFFERED else None
    refused = _said(taken.refusal, asked) if taken is not None and taken.refusal is not None else ""
    page = render_template(
        "corporate/concierge/offered.html", form=form, taken=taken, refused=refused, **_about(asked)
    )
    return (page, UNPROCESSABLE) if form.errors else page


def _taken(asked: Asked) -> Taken:
    """How the booking would stand with the offer."""
    found = booked.booking_by_token(asked.booking.public_id) or abort(404)
    line = next(each for each in found.lines if each.id == asked.line.id)
    return repricing.taken(
        found,
        line,
        starts_at=asked.enquiry.offered_at or line.starts_at,
        unit_price_cents=asked.enquiry.offered_unit_cents or 0,
    )


def _about(asked: Asked) -> dict[str, Any]:
    stand = stand_of(asked.enquiry, at=clock.now())
    return {"asked": asked, "stand": stand, "words": stands, "amount": amount, "zone": asked.house.zone}

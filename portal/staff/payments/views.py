"""A bill at the desk that points pay in part: held for the guest who is there, taken or let go, undone."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import queries as accounts
from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.corporate.payments import actions, queries, rules, words
from portal.corporate.payments.actions import Bill, Known
from portal.corporate.payments.models import BillPayment
from portal.corporate.payments.queries import PaymentFilter, Tab
from portal.corporate.presence import queries as presence
from portal.corporate.presence import rules as presence_rules
from portal.corporate.presence import words as presence_words
from portal.corporate.presence.rules import PresenceRefused, Shown
from portal.database import transaction
from portal.documents import exports, rendering, tables
from portal.documents.exports import Export
from portal.documents.workbooks import money
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.ledger import queries as ledger
from portal.programme.rules import Refusal
from portal.programme.standing import queries as standing
from portal.programme.words import lazily
from portal.staff.desk import access
from portal.staff.payments.forms import BillForm, FilterForm
from portal.staff.scans import rules as scans
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code, toast
from portal.web.paging import address_of, every_row, first_url, next_url
from portal.web.registries import Found

blueprint = Blueprint("desk_payments", __name__, url_prefix="/desk/payments")
Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 1_000


@blueprint.get("")
@allow(access.at_desk)
def payments() -> str:
    """The bills that points paid at this hotel, the latest first."""
    house, at, (form, only) = access.desk_property(visitor()), clock.now(), _filter()
    page = queries.payments(house.id, only=only, zone=house.zone, at=at, after=request.args.get("after"))
    counts = queries.counts(house.id, only=only, zone=house.zone, at=at)
    answer = render_template(
        "staff/payments/payments.html",
        house=house, form=form, only=only, total=counts[Tab.ALL], tabs=_tabs(counts, only),
        rows=[(each, rules.state(each, at=at)) for each in page.rows], now=at,
        held=counts[Tab.HELD], states=words.STATES, state_tags=words.STATE_TAGS,
        exports=exports.urls("desk_payments.payments_file"), first_url=first_url(), next_url=next_url(page),
    )  # fmt: skip
    _record_looks(page.rows)
    return answer


@blueprint.get("/payments.<any(csv, xlsx):form>")
@allow(access.at_desk)
def payments_file(form: str) -> Response:
    """The same as a file."""
    house, at, (_form, only) = access.desk_property(visitor()), clock.now(), _filter()
    # The rows are drawn while they leave: the house may be forgotten by then.
    place: dict[str, Any] = {"property_id": house.id, "only": only, "zone": house.zone, "at": at}

    def read() -> Iterator[BillPayment]:
        return every_row(lambda after: queries.payments(**place, after=after, limit=ROWS_AT_ONCE))

    _record_guests(queries.guests_of(**place))
    header = [_("Held"), _("Bill"), _("For"), _("Company"), _("Bill after discounts"), _("Points")]
    header += [_("Paid with points"), _("Left to pay"), _("Currency"), _("State"), _("Taken by")]
    rows = (_cells(each, rules.state(each, at=at)) for each in read())
    return exports.answer(
        Export("payments", _("Bills paid with points"), header, rows, words.narrowed(only)), form
    )


@blueprint.get("/cards/<number>")
@allow(access.at_desk)
@limiter.limit("120 per minute")
def new(number: str) -> Answer:
    """The bill of a guest; their live card scanned here shows that they are there."""
    house, card = access.desk_property(visitor()), accounts.card_by_number(number) or abort(404)
    form, query = BillForm(formdata=None), request.args.get("q", "").strip()
    form.shown.data = request.args.get("shown", "")[:400]
    if not query:
        return _page(house, card, form)
    try:
        read = scans.read_scan(query)
    except scans.Mistyped:
        read = None
    if read is None or read.kind is not scans.Kind.LIVE_CARD:
        return redirect(url_for("desk.desk", q=query))
    key = current_app.config["SECRET_KEY"]
    scanned, shown = presence.scanned(read.text, key=key, property_id=house.id, at=clock.now())
    is_theirs = scanned is not None and scanned.id == card.id
    return _page(house, card, form, shown=shown if is_theirs else presence_rules.LiveCodeOfOther())


@blueprint.post("/cards/<number>")
@allow(access.at_desk)
def hold(number: str) -> Answer:
    """Hold the points for the bill of the guest at hand."""
    house, form = access.desk_property(visitor()), BillForm()
    if not form.validate_on_submit():
        return _page(house, accounts.card_by_number(number) or abort(404), form), UNPROCESSABLE
    try:
        with transaction():
            card = accounts.card_by_number(number) or abort(404)
            payment = actions.hold_for_bill(
                token=uuid.UUID(form.token.data), card=card,
                tier=standing.tier_rules_of(card.account_id).code, bill=_bill(form, house),
                known=Known(_unsealed(form), form.document.data), by_id=visitor().person_id or 0,
                at=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        return _once_more(house, number, form, refusal)
    return redirect(url_for("desk_payments.payment", payment_id=payment.public_id))


@blueprint.get("/<uuid:payment_id>")
@allow(access.at_desk)
def payment(payment_id: uuid.UUID) -> str:
    """One payment, with what the desk may still do."""
    house, at = access.desk_property(visitor()), clock.now()
    found = queries.payment_at(payment_id, property_ids=(house.id,)) or abort(404)
    now = rules.state(found, at=at)
    answer = render_template(
        "staff/payments/payment.html",
        house=house, payment=found, state=now, states=words.STATES, tags=words.STATE_TAGS,
        finding=words.finding(found, now), timeline=words.timeline(found, now),
        may_undo=found.paid_by_id == visitor().person_id
        and found.paid_at is not None and at - found.paid_at <= rules.UNDO_WINDOW,
    )  # fmt: skip
    _record_looks([found])
    return answer


@blueprint.post("/<uuid:payment_id>/payment")
@allow(access.at_desk)
def take(payment_id: uuid.UUID) -> WerkzeugResponse:
    """The guest pays: take the points."""

    def said(done: BillPayment) -> None:
        toast(words.taken(done), undo_url=url_for("desk_payments.undo", payment_id=payment_id))

    return _step(payment_id, actions.take, said)


@blueprint.post("/<uuid:payment_id>/release")
@allow(access.at_desk)
def let_go(payment_id: uuid.UUID) -> WerkzeugResponse:
    """The guest pays otherwise: let the points go."""
    return _step(
        payment_id, actions.let_go, lambda _done: flash(_("Let go. The company can spend them again."), "ok")
    )


@blueprint.post("/<uuid:payment_id>/undo")
@allow(access.at_desk)
def undo(payment_id: uuid.UUID) -> WerkzeugResponse:
    """Undo what one took oneself within ten minutes."""
    text = _("Undone. The company has its points back, and the whole bill is to be paid.")
    return _step(payment_id, actions.undo, lambda _done: flash(text, "ok"))


@blueprint.get("/<uuid:payment_id>/receipt.pdf")
@allow(access.at_desk)
@limiter.limit(PAPER)
def receipt(payment_id: uuid.UUID) -> Response:
    """What the points paid, on paper."""
    house = access.desk_property(visitor())
    found = queries.payment_at(payment_id, property_ids=(house.id,)) or abort(404)
    if rules.state(found, at=clock.now()) is not rules.State.PAID:
        abort(404)
    _record_looks([found])
    content = rendering.pdf("documents/corporate/bill_paid.html", {"payment": found}, locale_code())
    headers = {"Content-Disposition": f'attachment; filename="receipt-{found.public_id}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """Payments of the visitor's desk by bill or guest, for the search of the top bar."""
    if not access.at_desk(asking) or not text.strip():
        return []
    house, only = access.desk_property(asking), PaymentFilter(text=text)
    found = queries.payments(house.id, only=only, zone=house.zone, at=clock.now(), limit=limit)
    return [
        Found(
            _("Bill paid with points"), each.bill_no, each.guest.name,
            url_for("desk_payments.payment", payment_id=each.public_id),
        )
        for each in found.rows
    ]  # fmt: skip


def _step(
    payment_id: uuid.UUID, action: Callable[..., BillPayment], said: Callable[[BillPayment], None]
) -> WerkzeugResponse:
    house = access.desk_property(visitor())
    if queries.payment_at(payment_id, property_ids=(house.id,)) is None:
        abort(404)
    try:
        with transaction():
            done = action(
                public_id=payment_id, property_ids=(house.id,), by_id=visitor().person_id or 0, at=clock.now()
            )
        said(done)
    except Refusal as refusal:
        flash(words.refused(refusal, zone=house.zone), "bad")
    return redirect(url_for("desk_payments.payment", payment_id=payment_id))


def _bill(form: BillForm, house: Property) -> Bill:
    return Bill(house, (form.number.data or "").strip(), form.amount.data or 0, form.points.data)


def _once_more(house: Property, number: str, form: BillForm, refusal: Refusal) -> Answer:
    form.form_errors.append(words.refused(refusal, zone=house.zone))
    if isinstance(refusal, PresenceRefused):
        form.shown.data = ""
    return _page(house, accounts.card_by_number(number) or abort(404), form), UNPROCESSABLE


def _unsealed(form: BillForm) -> Shown | None:
    sealed = form.shown.data or ""
    return presence_rules.unseal(sealed, key=current_app.config["SECRET_KEY"]) if sealed else None


def _still(form: BillForm, house: Property) -> Shown | None:
    """The live card that a form or an address brings, while it counts."""
    try:
        shown = _unsealed(form)
        if shown is not None:
            presence_rules.check_shown(shown, property_id=house.id, at=clock.now())
    except PresenceRefused:
        return None
    return shown


def _page(
    house: Property, card: Card, form: BillForm, *, shown: Shown | PresenceRefused | None = None
) -> str:
    live = shown if isinstance(shown, Shown) else _still(form, house)
    doubt = presence_words.REFUSALS[type(shown)] if isinstance(shown, PresenceRefused) else None
    if live is not None and live.card_number != card.number:
        live = None
    form.shown.data = presence_rules.seal(live, key=current_app.config["SECRET_KEY"]) if live else ""
    tier, at = standing.tier_rules_of(card.account_id), clock.now()
    page = render_template(
        "staff/payments/new.html",
        house=house, card=card, form=form, live=live, doubt=doubt, tier=tier,
        tier_name=str(lazily(tier.called)), balance=ledger.balance_of(card.account_id).active,
        in_force=programme.rules_in_force(clock.local_date(at, house.zone)),
        is_usable=card.blocked_at is None and not card.has_left,
    )  # fmt: skip
    with transaction():
        audit.record_sight(viewer_id=visitor().person_id or 0, subject_id=card.holder_id, page="desk", at=at)
    return page


def _filter() -> tuple[FilterForm, PaymentFilter]:
    form = FilterForm(request.args)
    form.validate()
    tab = request.args.get("tab", Tab.ALL.value)
    return form, PaymentFilter(
        tab=Tab(tab) if tab in set(Tab) else Tab.ALL, day_from=form.day_from.data, day_to=form.day_to.data,
        text=(form.q.data or "").strip()[:100],
    )  # fmt: skip


def _tabs(counts: dict[Tab, int], only: PaymentFilter) -> list[dict[str, Any]]:
    kept = {name: value for name in ("q", "from", "to") if (value := request.args.get(name))}
    return [
        {
            "url": address_of("desk_payments.payments", {"tab": tab.value, **kept}),
            "label": str(label),
            "count": counts[tab],
            "current": tab is only.tab,
        }
        for tab, label in words.TABS.items()
    ]


def _record_looks(shown: Sequence[BillPayment]) -> None:
    """Whoever paid can read who looked."""
    _record_guests([each.guest_id for each in shown])


def _record_guests(guest_ids: list[int]) -> None:
    with transaction():
        audit.record_sights(
            viewer_id=visitor().person_id or 0, subject_ids=guest_ids, page="payments", at=clock.now()
        )


def _cells(each: BillPayment, now: rules.State) -> list[tables.Cell]:
    return [
        clock.local_date(each.held_at, each.house.zone), each.bill_no, each.guest.name, each.account.name,
        money(each.bill_cents), each.points, money(each.pays_cents), money(each.remains_cents),
        each.currency, str(words.STATES[now]), each.paid_by.name if each.paid_by else "",
    ]  # fmt: skip

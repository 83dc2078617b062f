"""The second key: what waits for it, and the two answers."""

import uuid
from collections.abc import Iterable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access
from portal.audit import actions as audit
from portal.corporate.approvals import actions, queries, rules, words
from portal.corporate.approvals.forms import DeclineForm, TogetherForm
from portal.corporate.bookings import queries as bookings
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import BookingOfOthers
from portal.database import transaction
from portal.programme.rules import Refusal
from portal.web.formats import cents
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language

blueprint = Blueprint("approvals", __name__, url_prefix="/corporate/approvals")
Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422
OWN = 10
SEVERAL = 3
"""From so many on the inbox names them together: they are approved in one go."""


@blueprint.get("")
@allow(access.books)
def approvals() -> str:
    """What waits for the visitor's word, and what of their own waits for another's."""
    account, me, at = access.acting_account(visitor()), visitor().person_id or 0, clock.now()
    page = queries.waiting(account.id, person_id=me, at=at, after=request.args.get("after"))
    own = queries.waiting(account.id, person_id=me, at=at, is_own=True, limit=OWN)
    answer = render_template(
        "corporate/approvals/approvals.html", account=account, bookings=page.rows, own=own.rows, now=at,
        number=queries.counted(account.id, person_id=me, at=at)[0],
        number_own=queries.counted(account.id, person_id=me, at=at, is_own=True)[0],
        next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip
    _record_looks(page.rows)
    return answer


@blueprint.get("/together")
@allow(access.books)
def together() -> str:
    """What waits, short and with its sum, to be approved in one go."""
    return _together_page(TogetherForm())


@blueprint.post("/together")
@allow(access.books)
def grant_together() -> Answer:
    """Approve each of the chosen, as if each button was pressed: what cannot be approved is told."""
    form, chosen = TogetherForm(), _chosen()
    if not chosen:
        form.form_errors.append(_("Choose at least one booking."))
        return _together_page(form), UNPROCESSABLE
    refused = [each for each in map(_granted, chosen) if each]
    if done := len(chosen) - len(refused):
        flash(ngettext("%(num)s booking is approved.", "%(num)s bookings are approved.", done), "ok")
    for said in refused:
        flash(said, "bad")
    return redirect(_list_url())


def _together_page(form: TogetherForm) -> str:
    account, me, at = access.acting_account(visitor()), visitor().person_id or 0, clock.now()
    page = queries.waiting(account.id, person_id=me, at=at, after=request.args.get("after"))
    answer = render_template(
        "corporate/approvals/together.html", account=account, bookings=page.rows, form=form,
        total_cents=sum(each.bill_cents for each in page.rows),
        next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip
    _record_looks(page.rows)
    return answer


def _chosen() -> list[uuid.UUID]:
    """The boxes of the page, each once."""
    try:
        chosen = [uuid.UUID(each) for each in request.form.getlist("booking")]
    except ValueError:
        abort(400)
    return list(dict.fromkeys(chosen))[: queries.PAGE_SIZE]


def _granted(booking_id: uuid.UUID) -> str:
    """Approve one of several, in a transaction of its own; why not, where it cannot be."""
    account_id, me = access.acting_account(visitor()).id, visitor().person_id or 0
    try:
        with transaction():
            actions.grant(public_id=booking_id, account_id=account_id, by_id=me, at=clock.now())
    except BookingOfOthers:
        abort(404)
    except rules.NotAskedOf:
        abort(403)
    except Refusal as refusal:
        found = _found(booking_id)
        said = words.refused(refusal, zone=found.property.zone)
        return f"{in_language(found.title, locale_code())}, {found.spoken_reference}: {said}"
    return ""


@blueprint.post("/<uuid:booking_id>/grant")
@allow(access.books)
def grant(booking_id: uuid.UUID) -> Response:
    """Approve it: it is confirmed as it was asked for."""
    account, me = access.acting_account(visitor()), visitor().person_id or 0
    where = request.form.getlist("list")
    if where not in ([], ["1"]):
        abort(400)
    try:
        with transaction():
            actions.grant(public_id=booking_id, account_id=account.id, by_id=me, at=clock.now())
        flash(_("Approved. The booking is confirmed, and whoever booked it is told."), "ok")
    except BookingOfOthers:
        abort(404)
    except rules.NotAskedOf:
        abort(403)
    except Refusal as refusal:
        flash(words.refused(refusal, zone=_found(booking_id).property.zone), "bad")
    return redirect(_list_url() if where else url_for("bookings.booking", booking_id=booking_id))


@blueprint.route("/<uuid:booking_id>/refusal", methods=["GET", "POST"])
@allow(access.books)
def decline(booking_id: uuid.UUID) -> Answer:
    """What a no does; then refuse, with a reason."""
    found, form, me = _found(booking_id), DeclineForm(), visitor().person_id or 0
    if form.validate_on_submit():
        try:
            with transaction():
                actions.decline(
                    public_id=booking_id, account_id=found.account_id,
                    reason=(form.reason.data or "").strip(), by_id=me, at=clock.now(),
                )  # fmt: skip
            flash(_("Declined. Whoever booked it reads your reason."), "ok")
            return redirect(_list_url())
        except rules.NotAskedOf:
            abort(403)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=found.property.zone))
    page = render_template("corporate/approvals/decline.html", booking=_found(booking_id), form=form)
    return (page, UNPROCESSABLE) if form.errors else page


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Bookings that wait for the visitor's second key."""
    account_id = access.acting_account_id(asking)
    if account_id is None or not access.books(asking):
        return []
    me = asking.person_id or 0
    found = queries.waiting(account_id, person_id=me, at=clock.now(), limit=limit).rows
    if len(found) < SEVERAL:
        return [_waits(each) for each in found]
    number, total_cents = queries.counted(account_id, person_id=me, at=clock.now())
    several = Waiting(
        title=ngettext("%(num)s booking waits for your word", "%(num)s bookings wait for your word", number),
        detail=_("%(money)s together", money=cents(total_cents)),
        url=url_for("approvals.together"),
        since=min(each.revised_at for each in found),
    )
    return [several]


def _waits(each: Booking) -> Waiting:
    return Waiting(
        title=in_language(each.title, locale_code()),
        detail=_("%(name)s asks for your approval", name=each.booked_by.name),
        url=url_for("bookings.booking", booking_id=each.public_id),
        since=each.revised_at,
    )


def _record_looks(shown: Iterable[Booking]) -> None:
    named = {each for found in shown for each in (found.booked_by_id, found.guest_id) if each is not None}
    with transaction():
        audit.record_sights(
            viewer_id=visitor().person_id or 0, subject_ids=named, page="approvals.list", at=clock.now()
        )


def _found(booking_id: uuid.UUID) -> Booking:
    account = access.acting_account(visitor())
    return bookings.booking_for(Reach(account_id=account.id), booking_id) or abort(404)


def _list_url() -> str:
    return url_for("approvals.approvals")

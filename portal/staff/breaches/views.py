"""Broken promises: compensated by the table, decided against by a second person, or still to be noted."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.corporate.bookings.models import BookingLine
from portal.corporate.bundles import words as bundle_words
from portal.corporate.waivers import actions
from portal.corporate.waivers import rules as waivers
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.programme.rules import Refusal
from portal.staff.breaches import access, queries, words
from portal.staff.breaches.forms import WaiverForm
from portal.staff.breaches.queries import Tab
from portal.web import pages
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Waiting
from portal.web.texts import in_language

blueprint = Blueprint("breaches", __name__, url_prefix="/board/breaches")
ROWS_AT_ONCE = 1_000


@blueprint.get("")
@allow(access.answers_for_promises)
def breaches() -> str:
    """The broken promises of a year, by where they stand."""
    at, reach, tab = clock.now(), access.reach(visitor()), _tab()
    page = queries.breaches(reach, tab=tab, at=at, after=request.args.get("after"))
    counted = queries.counts(reach, at=at)
    return render_template(
        "staff/breaches/breaches.html",
        rows=[(line, str(uuid.uuid4())) for line in page.rows], tab=tab,
        finding=words.finding(counted), amount=bundle_words.amount,
        tabs=[
            {"url": url_for("breaches.breaches", tab=one.value), "label": str(words.TABS[one]),
             "count": number, "current": one is tab}
            for one, number in counted.items()
        ],
        person_id=visitor().person_id, undo_from=at - waivers.UNDO_WINDOW,
        exports=exports.urls("breaches.breaches_file"), next_url=next_url(page), first_url=first_url(),
    )  # fmt: skip


@blueprint.get("/breaches.<any(csv, xlsx):form>")
@allow(access.answers_for_promises)
def breaches_file(form: str) -> Response:
    """The same as a file."""
    at, reach, tab = clock.now(), access.reach(visitor()), _tab()
    found = every_row(lambda after: queries.breaches(reach, tab=tab, at=at, after=after, limit=ROWS_AT_ONCE))
    header = [
        _("Hotel"), _("Company"), _("Booking"), _("Service"), _("When"), _("Promised"), _("Unit"),
        _("Delivered"), _("Delivered at"), _("Noted by"), _("Note"), _("Outcome"), _("Points"),
        _("Why nothing is given"), _("Decided by"), _("Decided at"),
    ]  # fmt: skip
    cells = (_cells(line, outcome=str(words.TABS[tab])) for line in found)
    said = [str(words.TABS[tab])]
    return exports.answer(Export("breaches", _("Broken promises"), header, cells, said), form)


@blueprint.post("/<uuid:delivery_id>/waiver")
@allow(access.answers_for_promises)
def waive(delivery_id: uuid.UUID) -> Response:
    """Decide that nothing is given, and say why."""
    form = WaiverForm()
    if not form.validate_on_submit():
        flash(" ".join(str(message) for errors in form.errors.values() for message in errors), "bad")
        return redirect(url_for("breaches.breaches", tab=Tab.COMPENSATED.value))
    try:
        with transaction():
            _found(delivery_id)
            actions.waive_compensation(
                delivery_id=delivery_id, reason=(form.reason.data or "").strip(),
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        return _refused(refusal)
    pages.toast(_("Decided: nothing is given."), undo_url=url_for("breaches.undo", delivery_id=delivery_id))
    return redirect(url_for("breaches.breaches", tab=Tab.DECIDED.value))


@blueprint.post("/<uuid:delivery_id>/waiver/undo")
@allow(access.answers_for_promises)
def undo(delivery_id: uuid.UUID) -> Response:
    """Give it after all, within ten minutes."""
    try:
        with transaction():
            _found(delivery_id)
            actions.undo_waiver(delivery_id=delivery_id, by_id=visitor().person_id or 0, at=clock.now())
    except Refusal as refusal:
        return _refused(refusal)
    flash(_("Undone: the compensation stands again."), "ok")
    return redirect(url_for("breaches.breaches", tab=Tab.COMPENSATED.value))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """That promises came due and nobody noted what came of them: one thing, however many."""
    if not access.answers_for_promises(asking) or not limit:
        return []
    reach, at = access.reach(asking), clock.now()
    since = queries.oldest_waiting(reach, at=at)
    if since is None:
        return []
    detail = words.finding(queries.counts(reach, at=at))
    return [Waiting(_("Note what was delivered"), detail, url_for("breaches.breaches"), since)]


def _tab() -> Tab:
    named = request.args.get("tab", "")
    return Tab(named) if named in set(Tab) else Tab.WAITING


def _cells(line: BookingLine, *, outcome: str) -> list[tables.Cell]:
    booking, zone = line.booking, line.booking.property.zone
    promised: list[tables.Cell] = [
        in_language(booking.property.name, locale_code()), booking.account.name, booking.reference,
        in_language(line.service.name, locale_code()), exports.local(line.starts_at, zone), line.quantity,
        str(bundle_words.UNITS[line.service.unit]),
    ]  # fmt: skip
    if (delivery := line.delivery) is None:
        return [*promised, None, None, "", "", outcome, None, "", "", None]
    given = delivery.compensation["inputs"]["credit"]["points"] if delivery.compensation else None
    return [
        *promised, delivery.quantity, exports.local(delivery.delivered_at, zone), delivery.by.name,
        delivery.note, outcome, given, delivery.waived_reason,
        delivery.waived_by.name if delivery.waived_by else "",
        exports.local(delivery.waived_at, zone) if delivery.waived_at else None,
    ]  # fmt: skip


def _found(delivery_id: uuid.UUID) -> None:
    """What is not within reach is not found."""
    if queries.delivery_in(access.reach(visitor()), delivery_id) is None:
        abort(404)


def _refused(refusal: Refusal) -> Response:
    flash(words.refused(refusal), "bad")
    return redirect(url_for("breaches.breaches", tab=Tab.COMPENSATED.value))

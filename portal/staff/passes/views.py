"""A guest pass at the desk: valid or the one reason why not, its use, and the undo of one."""

import uuid

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.corporate.passes import actions as passes
from portal.corporate.passes import queries, rules
from portal.corporate.passes import words as pass_words
from portal.corporate.passes.models import GuestPass, Payer
from portal.corporate.presence import queries as presence
from portal.corporate.presence import rules as presence_rules
from portal.corporate.presence import words as presence_words
from portal.corporate.presence.rules import PresenceRefused, Shown
from portal.database import transaction
from portal.hotel.models import Property
from portal.programme.rules import Refusal
from portal.staff.desk import access
from portal.staff.passes import actions, words
from portal.staff.passes.forms import UseForm
from portal.staff.scans import rules as scans
from portal.web.gate import allow, visitor
from portal.web.limits import limiter
from portal.web.pages import locale_code, toast
from portal.web.why import explain

blueprint = Blueprint("desk_passes", __name__, url_prefix="/desk/passes")

Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.get("/<number>")
@allow(access.at_desk)
@limiter.limit("120 per minute")
def guest_pass(number: str) -> Answer:
    """The pass that was scanned. A live card scanned beside it shows that the host is there."""
    house, found, query = access.desk_property(visitor()), _found(number), request.args.get("q", "").strip()
    if found is None:
        flash(str(words.UNKNOWN_PASS), "bad")
        return redirect(url_for("desk.desk"))
    form = UseForm(formdata=None, token=str(uuid.uuid4()))
    if not query:
        return _page(house, found, form)
    try:
        read = scans.read_scan(query)
    except scans.Mistyped:
        read = None
    if read is None or read.kind is not scans.Kind.LIVE_CARD:
        return redirect(url_for("desk.desk", q=query))
    card, shown = presence.scanned(
        read.text, key=current_app.config["SECRET_KEY"], property_id=house.id, at=clock.now()
    )
    return _page(house, found, form, shown=shown, host_card=card)


@blueprint.post("/<number>/uses")
@allow(access.at_desk)
def use(number: str) -> Answer:
    """Use it once, for one bill."""
    house, found, form = access.desk_property(visitor()), _found(number) or abort(404), UseForm()
    form.fit(found)
    if not form.validate_on_submit():
        return _page(house, found, form), UNPROCESSABLE
    try:
        with transaction():
            at = clock.now()
            done = actions.use_at_desk(
                token=uuid.UUID(form.token.data), guest_pass=_found(number) or abort(404), house=house,
                kind=form.kind.data, list_cents=form.amount.data or 0, shown=_unsealed(form),
                document=form.document.data, by_id=visitor().person_id or 0,
                today=clock.local_date(at, house.zone), at=at,
            )  # fmt: skip
            said = pass_words.used(done, found)
    except Refusal as refusal:
        return _once_more(house, number, form, refusal)
    toast(said, undo_url=url_for("desk_passes.undo", use_id=done.public_id))
    return redirect(url_for("desk_passes.guest_pass", number=number))


@blueprint.post("/uses/<uuid:use_id>/undo")
@allow(access.at_desk)
def undo(use_id: uuid.UUID) -> Response:
    """Undo one's own use of the last ten minutes: the pass has it back."""
    house = access.desk_property(visitor())
    try:
        with transaction():
            done = queries.use_at(use_id, property_ids=visitor().properties("front_desk")) or abort(404)
            number = done.guest_pass.number
            passes.undo_use(use=done, by_id=visitor().person_id or 0, at=clock.now())
        flash(str(words.UNDONE), "ok")
    except Refusal as refusal:
        flash(_said(refusal, house), "bad")
    return redirect(url_for("desk_passes.guest_pass", number=number))


@blueprint.post("/<number>/oblivion")
@allow(access.at_desk)
def forget(number: str) -> Response:
    """Forget the invitee who asks for it here: name, address and letters."""
    with transaction():
        found = _found(number) or abort(404)
        passes.forget_invitee(guest_pass=found, by_id=visitor().person_id or 0, at=clock.now())
    flash(str(words.FORGOTTEN), "ok")
    return redirect(url_for("desk_passes.guest_pass", number=number))


def _once_more(house: Property, number: str, form: UseForm, refusal: Refusal) -> Answer:
    form.form_errors.append(_said(refusal, house))
    if isinstance(refusal, PresenceRefused):
        form.shown.data = ""
    return _page(house, _found(number) or abort(404), form), UNPROCESSABLE


def _found(number: str) -> GuestPass | None:
    try:
        return queries.pass_by_number(rules.read_pass(number))
    except rules.PassRefused:
        return None


def _unsealed(form: UseForm) -> Shown | None:
    sealed = form.shown.data or ""
    return presence_rules.unseal(sealed, key=current_app.config["SECRET_KEY"]) if sealed else None


def _still(form: UseForm, house: Property) -> Shown | None:
    """The live card that a refused form brings back, while it counts."""
    try:
        shown = _unsealed(form)
        if shown is not None:
            presence_rules.check_shown(shown, property_id=house.id, at=clock.now())
    except PresenceRefused:
        return None
    return shown


def _said(refusal: Refusal, house: Property) -> str:
    if isinstance(refusal, PresenceRefused):
        return str(presence_words.REFUSALS[type(refusal)])
    return pass_words.refused(refusal, zone=house.zone)


def _trouble(found: GuestPass, house: Property) -> str | None:
    """The one reason why it does not hold here and today; none where it does."""
    today = clock.local_date(clock.now(), house.zone)
    last = queries.last_use_at(found.id)
    try:
        rules.check_valid(found, property_id=house.id, today=today, last_use_at=last)
    except Refusal as refusal:
        return pass_words.refused(refusal, zone=house.zone)
    return None


def _page(
    house: Property,
    found: GuestPass,
    form: UseForm,
    *,
    shown: Shown | PresenceRefused | None = None,
    host_card: Card | None = None,
) -> str:
    form.fit(found)
    live, doubt = _judge(found, shown, host_card)
    live = live or _still(form, house)
    form.shown.data = presence_rules.seal(live, key=current_app.config["SECRET_KEY"]) if live else ""
    page = render_template(
        "staff/passes/pass.html", house=house, found=found, form=form, name=pass_words.name(found),
        trouble=_trouble(found, house), live=live, doubt=doubt, gives=pass_words.gives(found),
        days=pass_words.days(found), where=pass_words.where(found, locale_code()),
        payer=pass_words.PAYERS[Payer(found.payer)], kinds=pass_words.KINDS, now=clock.now(),
        uses=[(each, explain(each.price)) for each in queries.uses_of(found.id)],
    )  # fmt: skip
    with transaction():
        audit.record_sight(
            viewer_id=visitor().person_id or 0,
            subject_id=found.issued_by_id,
            page="desk.pass",
            at=clock.now(),
        )
    return page


def _judge(
    found: GuestPass, shown: Shown | PresenceRefused | None, host_card: Card | None
) -> tuple[Shown | None, str | None]:
    """A live card that counts for this pass, or what is wrong with the one that was scanned."""
    if shown is None:
        return None, None
    if isinstance(shown, PresenceRefused):
        return None, str(presence_words.REFUSALS[type(shown)])
    if host_card is None or host_card.account_id != found.account_id or host_card.blocked_at is not None:
        return None, str(presence_words.REFUSALS[presence_rules.LiveCodeOfOther])
    return shown, None

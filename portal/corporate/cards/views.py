"""Frequent-guest cards: on the phone, on paper, and what a stranger's phone sees of one."""

import uuid

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access, queries
from portal.accounts import actions as accounts
from portal.accounts import rules as card_rules
from portal.accounts.models import Account, Card
from portal.assets import STATIC
from portal.audit import actions as audit
from portal.corporate.cards import actions, rules, words
from portal.corporate.people.forms import NeedsForm
from portal.corporate.people.words import BLOCKED
from portal.corporate.presence import rules as presence
from portal.corporate.reservations import queries as reservations
from portal.database import transaction
from portal.documents import qr, rendering
from portal.hotel.queries import house_zone
from portal.people.models import CLIENT_ROLES, Role
from portal.programme.standing import queries as standing
from portal.programme.words import lazily
from portal.web.gate import Visitor, allow, anyone, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code, toast
from portal.web.registries import NavigationLink

blueprint = Blueprint("cards", __name__)


@blueprint.get("/corporate/card")
@allow(access.travels)
def my_card() -> str | Response:
    """The traveller's own card: the code, the digits, what it opens; or where the one before it went."""
    account, person_id = access.acting_account(visitor()), visitor().person_id or 0
    card = queries.living_card(account_id=account.id, holder_id=person_id)
    if card is None:
        return _without(account, queries.last_card(account_id=account.id, holder_id=person_id))
    form = NeedsForm(needs=card.holder.needs)
    page = render_template(
        "corporate/cards/card.html", account=account, card=card, form=form, **_values(card),
        reserved=reservations.waiting_anywhere(guest_id=person_id, account_id=account.id),
    )  # fmt: skip
    answer = make_response(page)
    # By this the phone knows that it may keep the card for where there is no network.
    answer.headers["X-Card"] = "kept"
    return answer


@blueprint.get("/corporate/card/offline")
@allow(access.travels)
def offline() -> str:
    """What the phone keeps of the card: it recognises, and nothing more."""
    account = access.acting_account(visitor())
    card = queries.living_card(account_id=account.id, holder_id=visitor().person_id or 0) or abort(404)
    return render_template("corporate/cards/offline.html", account=account, card=card, **_values(card))


@blueprint.get("/corporate/card/worker.js")
@allow(anyone)
def worker() -> Response:
    """The code that keeps the card on a phone, at an address beside the one page that it serves."""
    answer = send_from_directory(STATIC / "worker", "card.js", mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = url_for("cards.my_card")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/corporate/card/live")
@allow(access.travels)
@limiter.limit("60 per minute")
def live() -> Response:
    """The code of this half minute; the page of the card takes it out of here, again and again."""
    account = access.acting_account(visitor())
    card = queries.living_card(account_id=account.id, holder_id=visitor().person_id or 0) or abort(404)
    shown = presence.live_code(card.number, key=current_app.config["SECRET_KEY"], at=clock.now())
    code = qr.svg(_address(shown.digits), title=_("Live code of the card"))
    left_s = max(1, round((shown.ends_at - clock.now()).total_seconds()))
    page = render_template(
        "corporate/cards/live.html",
        card=card,
        code=code,
        left_s=left_s,
        tier=standing.tier_rules_of(account.id),
    )
    answer = make_response(page)
    # Without script the page of the code alone renews itself.
    answer.headers["Refresh"] = str(left_s)
    return answer


@blueprint.post("/corporate/card/needs")
@allow(access.travels)
def tell_needs() -> WerkzeugResponse:
    """What the traveller wants the hotel to know."""
    form = NeedsForm()
    if not form.validate_on_submit():
        flash(" ".join(str(message) for message in form.needs.errors), "bad")
        return redirect(url_for("cards.my_card"))
    with transaction():
        actions.tell_needs(
            person_id=visitor().person_id or 0, needs=(form.needs.data or "").strip(), at=clock.now()
        )
    flash(_("Noted. The desk sees it when your card is scanned."), "ok")
    return redirect(url_for("cards.my_card"))


@blueprint.post("/corporate/cards/<uuid:card_id>/loss")
@allow(access.travels)
def report_lost(card_id: uuid.UUID) -> WerkzeugResponse:
    """The card is lost: from this moment it gets nothing. Undone within ten minutes by a press."""
    with transaction():
        card = _theirs(card_id)
        accounts.block_card(card=card, reason=card_rules.LOST, by=visitor().person_id or 0, at=clock.now())
    toast(_("The card is blocked. No desk accepts it any more."), undo_url=_undo_url(card))
    return _back(card)


@blueprint.post("/corporate/cards/<uuid:card_id>/loss/undo")
@allow(access.travels)
def undo_loss(card_id: uuid.UUID) -> WerkzeugResponse:
    """It turned up: the same card works again."""
    try:
        with transaction():
            card = _theirs(card_id)
            accounts.unblock_card(card=card, by=visitor().person_id or 0, at=clock.now())
        flash(_("The card works again."), "ok")
    except (card_rules.BlockStands, accounts.HasCard) as refusal:
        card = _theirs(card_id)
        flash(str(words.REFUSALS.get(type(refusal), words.HAS_CARD)), "bad")
    return _back(card)


@blueprint.post("/corporate/cards/<uuid:card_id>/replacement")
@allow(access.travels)
def replace(card_id: uuid.UUID) -> WerkzeugResponse:
    """A card with a new number in the place of a lost one; the token makes a second press harmless."""
    token = request.form.get("token", type=uuid.UUID) or abort(400)
    try:
        with transaction():
            lost = _theirs(card_id)
            actions.replace_card(lost=lost, token=token, by=visitor().person_id or 0, at=clock.now())
        flash(_("The new card already works at the desk. The old number never will again."), "ok")
    except accounts.CardOfOthers:
        abort(404)
    except (rules.NotBlocked, accounts.HasCard) as refusal:
        lost = _theirs(card_id)
        flash(str(words.REFUSALS.get(type(refusal), words.HAS_CARD)), "bad")
    return _back(lost)


@blueprint.get("/corporate/cards/<uuid:card_id>.pdf")
@allow(access.travels)
@limiter.limit(PAPER)
def card_pdf(card_id: uuid.UUID) -> Response:
    """The card to print: one's own, or any of the company for whoever administers it."""
    card = _theirs(card_id)
    values = {"card": card, **_values(card)}
    body = rendering.pdf("documents/corporate/card.html", values, locale=locale_code())
    headers = {"Content-Disposition": f'inline; filename="card-{card.number}.pdf"'}
    holder_id, viewer_id = card.holder_id, visitor().person_id or 0
    with transaction():
        audit.record_sight(viewer_id=viewer_id, subject_id=holder_id, page="cards.pdf", at=clock.now())
    return Response(body, mimetype="application/pdf", headers=headers)


@blueprint.get("/c/<digits>")
@allow(anyone)
def recognise(digits: str) -> str | WerkzeugResponse | tuple[str, int]:
    """Where a card's code leads: the desk to the guest, everybody else to a word of explanation."""
    read = presence.read_live_code if len(digits) == presence.CODE_DIGITS else card_rules.read_card
    try:
        number = read(digits)
    except (card_rules.CardRefused, presence.PresenceRefused):
        abort(404)
    if visitor().has(Role.FRONT_DESK):
        return redirect(url_for("desk.desk", q=number))
    return render_template("corporate/cards/stranger.html")


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The traveller's way to their card."""
    if not asking.has(Role.TRAVELLER):
        return []
    return [NavigationLink("cards.my_card", _("My card"), 15, ("cards.",))]


def home(asking: Visitor) -> str | None:
    """A traveller begins with the card: one tap from the letter."""
    return "cards.my_card" if asking.has(Role.TRAVELLER) else None


def _theirs(card_id: uuid.UUID) -> Card:
    """A card that is the visitor's own, or one of the company that they administer."""
    card = queries.card_of(card_id, account_ids=visitor().accounts(*CLIENT_ROLES)) or abort(404)
    administers = visitor().has(Role.ACCOUNT_ADMINISTRATOR, account_id=card.account_id)
    if card.holder_id != visitor().person_id and not administers:
        abort(403)
    return card


def _back(card: Card) -> WerkzeugResponse:
    if card.holder_id == visitor().person_id:
        return redirect(url_for("cards.my_card"))
    return redirect(url_for("company_people.person", person_id=card.holder.public_id))


def _undo_url(card: Card) -> str:
    return url_for("cards.undo_loss", card_id=card.public_id)


def _without(account: Account, last: Card | None) -> str:
    """The page of a traveller whose card is blocked, or who never had one."""
    at = clock.now()
    may_undo = last is not None and card_rules.may_unblock(
        blocked_at=last.blocked_at, reason=last.blocked_reason, at=at
    )
    return render_template(
        "corporate/cards/none.html", account=account, last=last, may_undo=may_undo, token=str(uuid.uuid4()),
        reasons=BLOCKED, zone=house_zone(), now=at,
    )  # fmt: skip


def _address(digits: str) -> str:
    return f"{current_app.extensions['settings'].base_url}/c/{digits}"


def _values(card: Card) -> dict[str, object]:
    tier, address = standing.tier_rules_of(card.account_id), _address(card.number)
    return {
        "tier": tier,
        "tier_name": str(lazily(tier.called)),
        "code_image": qr.data_uri(address),
        "code": qr.svg(address, title=_("Code of the card")),
    }

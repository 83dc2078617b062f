"""Frequent-guest cards: on the phone, on paper, and what a stranger's phone sees of one."""

import uuid

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access, queries, rules
from portal.accounts.models import Card
from portal.audit import actions as audit
from portal.corporate.cards import actions
from portal.corporate.people.forms import NeedsForm
from portal.database import transaction
from portal.documents import qr, rendering
from portal.people.models import CLIENT_ROLES, Role
from portal.programme.standing import queries as standing
from portal.programme.words import lazily
from portal.web.gate import Visitor, allow, anyone, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code
from portal.web.registries import NavigationLink

blueprint = Blueprint("cards", __name__)


@blueprint.get("/corporate/card")
@allow(access.travels)
def my_card() -> str:
    """The traveller's own card: the code, the digits, what it opens."""
    account = access.acting_account(visitor())
    card = queries.living_card(account_id=account.id, holder_id=visitor().person_id or 0)
    form = NeedsForm(needs=card.holder.needs) if card is not None else None
    values = _values(card) if card is not None else {}
    return render_template("corporate/cards/card.html", account=account, card=card, form=form, **values)


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


@blueprint.get("/corporate/cards/<uuid:card_id>.pdf")
@allow(access.travels)
@limiter.limit(PAPER)
def card_pdf(card_id: uuid.UUID) -> Response:
    """The card to print: one's own, or any of the company for whoever administers it."""
    card = queries.card_of(card_id, account_ids=visitor().accounts(*CLIENT_ROLES)) or abort(404)
    administers = visitor().has(Role.ACCOUNT_ADMINISTRATOR, account_id=card.account_id)
    if card.holder_id != visitor().person_id and not administers:
        abort(403)
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
    try:
        number = rules.read_card(digits)
    except rules.CardRefused:
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


def _values(card: Card) -> dict[str, object]:
    tier = standing.tier_rules_of(card.account_id)
    address = f"{current_app.extensions['settings'].base_url}/c/{card.number}"
    return {
        "tier": tier,
        "tier_name": str(lazily(tier.called)),
        "code_image": qr.data_uri(address),
        "code": qr.svg(address, title=_("Code of the card")),
    }

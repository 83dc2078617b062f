"""Guest passes on the client's side: the list, a new one, one pass with its uses, and its end."""

import uuid
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access
from portal.accounts.models import Account
from portal.corporate.passes import actions, emails, queries, rules, words
from portal.corporate.passes.forms import FilterForm, PassForm
from portal.corporate.passes.models import GuestPass
from portal.corporate.passes.queries import PassFilter, Tab
from portal.corporate.passes.rules import Offer
from portal.database import transaction
from portal.documents import exports, workbooks
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.people.rules import fold_address
from portal.programme.rules import Refusal
from portal.programme.standing import queries as standing
from portal.programme.words import lazily
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, limiter
from portal.web.pages import locale_code, toast
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Found
from portal.web.texts import in_language
from portal.web.why import explain

blueprint = Blueprint("passes", __name__, url_prefix="/corporate/passes")

Answer = str | WerkzeugResponse | tuple[str, int]
UNPROCESSABLE = 422
ROWS_AT_ONCE = 500
FILTERS = ("q", "hotel", "from", "to")


@blueprint.get("")
@allow(access.books)
def passes() -> str:
    """The company's passes by state, with the quarter's allowance."""
    account, today = access.acting_account(visitor()), _today()
    filters, only = _filter(hotel.properties())
    page = queries.passes(account.id, only=only, today=today, after=request.args.get("after"))
    counts = queries.counts(account.id, only=only, today=today)
    return render_template(
        "corporate/passes/passes.html", account=account, filters=filters, only=only,
        rows=[(each, rules.state_of(each, today=today)) for each in page.rows],
        saved=queries.saved_of(account.id, [each.id for each in page.rows]), tabs=_tabs(counts, only),
        total=counts[Tab.ALL], said=_said(counts[only.tab]), exports=exports.urls("passes.passes_file"),
        next_url=next_url(page), first_url=first_url(), **_allowance(account), **_words(),
    )  # fmt: skip


@blueprint.get("/passes.<any(csv, xlsx):form>")
@allow(access.books)
def passes_file(form: str) -> Response:
    """The same passes as a file."""
    account, today = access.acting_account(visitor()), _today()
    _filters, only = _filter(hotel.properties())
    found = every_row(
        lambda after: queries.passes(account.id, only=only, today=today, after=after, limit=ROWS_AT_ONCE)
    )
    saved, zone, locale = queries.saved_of(account.id), hotel.house_zone(), locale_code()
    rows = (
        words.cells(
            each, saved=workbooks.money(saved.get(each.id, 0)), state=rules.state_of(each, today=today),
            issued_on=clock.local_date(each.issued_at, zone), locale=locale,
        )
        for each in found
    )  # fmt: skip
    title, said = _("Guest passes"), words.narrowed(only)
    return exports.answer(Export("guest-passes", title, words.header(), rows, said), form)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(access.books)
def issue() -> Answer:
    """Give an invitee a pass."""
    account, form, today = access.acting_account(visitor()), PassForm(), _today()
    houses = hotel.properties()
    form.hotel.choices = [("", _("Every hotel of the group")), *_named(houses)]
    if request.method == "GET":
        form.begin(token=str(uuid.uuid4()), today=today, locale=locale_code())
    elif form.validate_on_submit():
        try:
            with transaction():
                given = actions.issue_pass(
                    token=uuid.UUID(form.token.data), account_id=account.id, offer=_offer(form, houses),
                    by_id=visitor().person_id or 0, today=today, at=clock.now(),
                )  # fmt: skip
            flash(_given(given), "ok")
            return redirect(url_for("passes.guest_pass", pass_id=given.public_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=hotel.house_zone()))
            account = access.acting_account(visitor())
    page = render_template("corporate/passes/new.html", account=account, form=form, **_allowance(account))
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/<uuid:pass_id>")
@allow(access.books)
def guest_pass(pass_id: uuid.UUID) -> str:
    """One pass: what it gives, how it reaches the invitee, and each use of it."""
    found = _found(pass_id)
    uses = queries.uses_of(found.id)
    return render_template(
        "corporate/passes/pass.html", found=found, state=rules.state_of(found, today=_today()),
        uses=[(use, explain(use.price)) for use in uses], zone=hotel.house_zone(), now=clock.now(),
        saved=sum(use.saved_cents for use in uses if use.undone_at is None),
        may_take_back=rules.may_take_back(found, at=clock.now()), letters=rules.LETTERS,
        **emails.values(found, locale=locale_code()), **_words(),
    )  # fmt: skip


@blueprint.get("/<uuid:pass_id>/pass.pdf")
@allow(access.books)
@limiter.limit(PAPER)
def paper(pass_id: uuid.UUID) -> Response:
    """The pass to print or to hand over, in the invitee's language."""
    found = _found(pass_id)
    content = emails.print_pass(found, locale=found.locale)
    return _file(content, "application/pdf", f"pass-{found.number}.pdf")


@blueprint.post("/<uuid:pass_id>/letter")
@allow(access.books)
def send_again(pass_id: uuid.UUID) -> WerkzeugResponse:
    """Send the letter once more."""
    try:
        with transaction():
            actions.send_letter(
                guest_pass=_found(pass_id), by_id=visitor().person_id or 0, today=_today(), at=clock.now()
            )
        flash(_("The letter is on its way again."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal, zone=hotel.house_zone()), "bad")
    return redirect(url_for("passes.guest_pass", pass_id=pass_id))


@blueprint.post("/<uuid:pass_id>/revocation")
@allow(access.books)
def revoke(pass_id: uuid.UUID) -> WerkzeugResponse:
    """Take the pass back: from this moment no desk accepts it."""
    with transaction():
        actions.revoke_pass(guest_pass=_found(pass_id), by_id=visitor().person_id or 0, at=clock.now())
    undo_url = url_for("passes.undo_revocation", pass_id=pass_id)
    toast(_("The pass is revoked. No desk accepts it any more."), undo_url=undo_url)
    return redirect(url_for("passes.guest_pass", pass_id=pass_id))


@blueprint.post("/<uuid:pass_id>/oblivion")
@allow(access.books)
def forget(pass_id: uuid.UUID) -> WerkzeugResponse:
    """Forget the invitee who asks for it before the day on which they would be forgotten anyway."""
    with transaction():
        actions.forget_invitee(guest_pass=_found(pass_id), by_id=visitor().person_id or 0, at=clock.now())
    flash(_("Name, address and letters are forgotten. What was used stays, without a name."), "ok")
    return redirect(url_for("passes.guest_pass", pass_id=pass_id))


@blueprint.post("/<uuid:pass_id>/revocation/undo")
@allow(access.books)
def undo_revocation(pass_id: uuid.UUID) -> WerkzeugResponse:
    """Let it hold again."""
    try:
        with transaction():
            actions.take_revocation_back(
                guest_pass=_found(pass_id), by_id=visitor().person_id or 0, at=clock.now()
            )
        flash(_("The pass holds again."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal, zone=hotel.house_zone()), "bad")
    return redirect(url_for("passes.guest_pass", pass_id=pass_id))


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """For the search of the top bar."""
    account_id = access.acting_account_id(asking)
    if account_id is None or not access.books(asking):
        return []
    return [
        Found(
            kind=_("Guest pass"),
            title=words.name(each),
            detail=words.days(each),
            url=url_for("passes.guest_pass", pass_id=each.public_id),
        )
        for each in queries.named(account_id, text, limit=limit)
    ]


def _found(pass_id: uuid.UUID) -> GuestPass:
    account_id = access.acting_account_id(visitor()) or abort(404)
    return queries.pass_for(account_id, pass_id) or abort(404)


def _today() -> Any:
    return clock.local_date(clock.now(), hotel.house_zone())


def _offer(form: PassForm, houses: list[Property]) -> Offer:
    chosen = next((house.id for house in houses if house.code == form.hotel.data), None)
    return Offer(
        invitee=" ".join((form.invitee.data or "").split()),
        email=fold_address(form.email.data or "") or None,
        locale=form.language.data,
        message=(form.message.data or "").strip(),
        property_id=chosen,
        kinds=form.chosen_kinds(),
        first_on=form.first_on.data or _today(),
        last_on=form.last_on.data or _today(),
        uses=form.uses.data or 1,
        payer=form.chosen_payer(),
    )


def _given(given: GuestPass) -> str:
    if given.email is None:
        return str(_("The pass is given. Print it, or copy its address for the invitee."))
    return str(
        _("The pass is given, and a letter with it is on its way to %(address)s.", address=given.email)
    )


def _allowance(account: Account) -> dict[str, Any]:
    """How many passes of the quarter are given, of how many, and by right of which tier."""
    quarter_on, level = rules.quarter_of(_today()), standing.tier_rules_of(account.id)
    given = len(queries.taken_slots(account.id, quarter_on))
    return {
        "given": given,
        "allowance": level.guest_passes_a_quarter,
        "left": max(0, level.guest_passes_a_quarter - given),
        "next_on": rules.next_quarter(quarter_on),
        "level": level,
        "tier_name": str(lazily(level.called)),
    }


def _words() -> dict[str, Any]:
    return {
        "states": words.STATES,
        "state_tags": words.STATE_TAGS,
        "kinds": words.KINDS,
        "payers": words.PAYERS,
        "named": words.name,
        "said_days": words.days,
        "said_where": lambda each: words.where(each, locale_code()),
    }


def _named(houses: list[Property]) -> list[tuple[str, str]]:
    return [(house.code, in_language(house.name, locale_code())) for house in houses]


def _filter(houses: list[Property]) -> tuple[FilterForm, PassFilter]:
    form = FilterForm(request.args)
    form.hotel.choices = [("", _("All hotels")), *_named(houses)]
    form.validate()
    tab = request.args.get("tab", Tab.VALID.value)
    only = PassFilter(
        tab=Tab(tab) if tab in set(Tab) else Tab.VALID,
        property_id=next((house.id for house in houses if house.code == form.hotel.data), None),
        day_from=form.day_from.data,
        day_to=form.day_to.data,
        text=(form.q.data or "").strip()[:100],
    )
    return form, only


def _kept() -> dict[str, str]:
    """The filters in the address; nothing else that somebody wrote there."""
    return {name: value for name in FILTERS if (value := request.args.get(name))}


def _tabs(counts: dict[Tab, int], only: PassFilter) -> list[dict[str, Any]]:
    return [
        {
            "url": f"{url_for('passes.passes')}?{urlencode({'tab': tab.value, **_kept()})}",
            "label": str(words.TABS[tab]),
            "count": number,
            "current": tab is only.tab,
        }
        for tab, number in counts.items()
    ]


def _said(number: int) -> str:
    return str(ngettext("%(num)s pass, latest first", "%(num)s passes, latest first", number))


def _file(content: bytes, mimetype: str, filename: str) -> Response:
    disposition = f'attachment; filename="{filename}"'
    return Response(content, content_type=mimetype, headers={"Content-Disposition": disposition})

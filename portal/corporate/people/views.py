"""The people of a company: who they are, what they may do, which card they hold."""

import uuid
from collections.abc import Iterator

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask import Response as FileResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access, actions, queries
from portal.accounts import rules as card_rules
from portal.accounts.models import Account, Card
from portal.audit import actions as audit
from portal.corporate.people.forms import BlockForm, RolesForm, TravellerForm
from portal.corporate.people.words import BLOCKED, REFUSALS, ROLES
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel.queries import house_zone
from portal.people.models import Person
from portal.people.roles.rules import RoleRefused
from portal.people.rules import PersonHasLeft
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import Found, NavigationLink

blueprint = Blueprint("company_people", __name__, url_prefix="/corporate/people")
ROWS_AT_ONCE = 1_000


@blueprint.get("")
@allow(access.administers)
def people() -> str:
    """Everybody of the company, by name."""
    account, text = access.acting_account(visitor()), request.args.get("q", "").strip()[:100]
    page = queries.people_of(account.id, text=text, after=request.args.get("after"))
    ids = [person.id for person in page.rows]
    cards = queries.cards_of_holders(account_id=account.id, holder_ids=ids)
    answer = render_template(
        "corporate/people/people.html", account=account, counts=queries.headcount(account.id),
        people=page.rows, cards=cards, query=text, roles=ROLES, next_url=next_url(page),
        first_url=first_url(), exports=exports.urls("company_people.people_file"),
    )  # fmt: skip
    _record_looks(ids)
    return answer


@blueprint.get("/people.<any(csv, xlsx):form>")
@allow(access.administers)
def people_file(form: str) -> FileResponse:
    """The same people, with their roles and cards, as a file."""
    account, text = access.acting_account(visitor()), request.args.get("q", "").strip()[:100]
    # Before the answer leaves: what streams cannot write.
    _record_looks([found.id for found in _everybody(account, text)])
    header = [_("Name"), _("E-mail"), _("Roles"), _("Card")]
    title = _("People of %(company)s", company=account.name)
    said = [f"{_('Name')}: {text}"] if text else []
    return exports.answer(Export("people", title, header, _rows(account, text), said), form)


@blueprint.route("/new", methods=["GET", "POST"])
@allow(access.administers)
def add_traveller() -> str | Response | tuple[str, int]:
    """Add a traveller who needs no sign-in, with a card."""
    account, form = access.acting_account(visitor()), TravellerForm()
    if request.method == "GET":
        form.token.data = str(uuid.uuid4())
    elif form.validate_on_submit():
        card = _with_traveller(account, form) or abort(404)
        flash(_("%(name)s is now among your people and has a card.", name=card.holder.name), "ok")
        return redirect(url_for("company_people.person", person_id=card.holder.public_id))
    page = render_template("corporate/people/new.html", account=account, form=form)
    return (page, 422) if form.errors else page


@blueprint.get("/<uuid:person_id>")
@allow(access.administers)
def person(person_id: uuid.UUID) -> str:
    """One person: roles, card, access."""
    account, found = _found(person_id)
    form = RolesForm()
    form.roles.data = [g.role for g in found.grants if g.account_id == account.id and g.ended_at is None]
    return _person_page(account, found, form)


@blueprint.post("/<uuid:person_id>/roles")
@allow(access.administers)
def change_roles(person_id: uuid.UUID) -> Response | tuple[str, int]:
    account, found = _found(person_id)
    form = RolesForm()
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change_roles(
                    person_id=found.id, account_id=account.id, wanted=form.roles.data or (),
                    by=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("The roles of %(name)s were changed.", name=found.name), "ok")
            return redirect(url_for("company_people.person", person_id=person_id))
        except (RoleRefused, PersonHasLeft) as refusal:
            form.roles.errors = [str(REFUSALS[type(refusal)])]
            account, found = _found(person_id)
    return _person_page(account, found, form), 422


@blueprint.post("/<uuid:person_id>/card")
@allow(access.administers)
def issue_card(person_id: uuid.UUID) -> Response:
    """Issue a card; the token in the form makes a double click harmless."""
    account, found = _found(person_id)
    token = request.form.get("token", type=uuid.UUID) or abort(400)
    try:
        with transaction():
            actions.issue_card(
                account_id=account.id, holder_id=found.id, token=token, by=visitor().person_id, at=clock.now()
            )
        flash(_("The card is issued and already works at the desk."), "ok")
    except actions.CardOfOthers:
        abort(404)
    except actions.HasCard:
        flash(_("There is a card already. Block it first, if it is lost."), "bad")
    return redirect(url_for("company_people.person", person_id=person_id))


@blueprint.post("/cards/<uuid:card_id>/block")
@allow(access.administers)
def block_card(card_id: uuid.UUID) -> Response:
    """Block a card, at once and for good."""
    account, form = access.acting_account(visitor()), BlockForm()
    card = queries.card_of(card_id, account_ids=(account.id,)) or abort(404)
    holder_id = card.holder.public_id
    if not form.validate_on_submit():
        flash(_("Say why the card is blocked: the desk will read it."), "bad")
        return redirect(url_for("company_people.person", person_id=holder_id))
    with transaction():
        card = queries.card_of(card_id, account_ids=(account.id,)) or abort(404)
        actions.block_card(
            card=card, reason=form.reason.data or "", by=visitor().person_id or 0, at=clock.now()
        )
    flash(_("The card is blocked. You can issue a new one now."), "ok")
    return redirect(url_for("company_people.person", person_id=holder_id))


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The administrator's way to the company's people."""
    if not access.administers(asking):
        return []
    return [
        NavigationLink(
            "company_people.people",
            _("People and cards"),
            50,
            ("company_people.", "rosters.", "leaving.", "budgets.", "approvals."),
        )
    ]


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """People of the company by name, for the search of the top bar."""
    account_id = access.acting_account_id(asking)
    if account_id is None or not access.administers(asking):
        return []
    return [
        Found(
            kind=_("Person"),
            title=found.name,
            detail=found.email or "",
            url=url_for("company_people.person", person_id=found.public_id),
        )
        for found in queries.people_of(account_id, text=text, limit=limit).rows
    ]


def _everybody(account: Account, text: str) -> Iterator[Person]:
    return every_row(lambda after: queries.people_of(account.id, text=text, after=after, limit=ROWS_AT_ONCE))


def _rows(account: Account, text: str) -> Iterator[list[tables.Cell]]:
    numbers = queries.card_numbers(account.id)
    for found in _everybody(account, text):
        own = [g.role for g in found.grants if g.account_id == account.id and g.ended_at is None]
        roles = ", ".join(str(ROLES[role]) for role in own)
        yield [found.name, found.email or "", roles, numbers.get(found.id, "")]


def _record_looks(ids: list[int]) -> None:
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=ids, page="company.people", at=clock.now())


def _with_traveller(account: Account, form: TravellerForm) -> Card | None:
    try:
        with transaction():
            card = actions.add_traveller(
                account_id=account.id, token=uuid.UUID(form.token.data), name=(form.name.data or "").strip(),
                locale=locale_code(), by=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
            # Read before the end: a connection that breaks after it must not tell of nothing changed.
            return queries.card_of(card.public_id, account_ids=(account.id,))
    except actions.CardOfOthers:
        return None


def _found(person_id: uuid.UUID) -> tuple[Account, Person]:
    account = access.acting_account(visitor())
    return account, queries.person_of(person_id, account_id=account.id) or abort(404)


def _person_page(account: Account, found: Person, form: RolesForm) -> str:
    at, card = clock.now(), queries.living_card(account_id=account.id, holder_id=found.id)
    last = None if card else queries.last_card(account_id=account.id, holder_id=found.id)
    page = render_template(
        "corporate/people/person.html", account=account, person=found, form=form, card=card,
        block_form=BlockForm(), token=str(uuid.uuid4()), last_card=last, blocked=BLOCKED, zone=house_zone(),
        may_unblock=last is not None and card_rules.may_unblock(
            blocked_at=last.blocked_at, reason=last.blocked_reason, at=at
        ),
    )  # fmt: skip
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sight(viewer_id=viewer_id, subject_id=found.id, page="company.person", at=at)
    return page

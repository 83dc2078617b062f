"""The administrator's list of people, and the page of one of them."""

import uuid
from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import actions as audit
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.people import access
from portal.people import queries as people_queries
from portal.people.models import GROUP_ROLES, PROPERTY_ROLES, Grant, Person, Role
from portal.people.roles import actions, queries, words
from portal.people.roles.forms import PeopleFilterForm, RoleForm
from portal.people.roles.queries import PeopleFilter
from portal.people.roles.rules import RoleRefused
from portal.people.rules import PersonHasLeft
from portal.people.words import ROLE_NAMES
from portal.web.gate import Visitor, allow
from portal.web.pages import toast
from portal.web.paging import first_url, next_url
from portal.web.registries import Found, NavigationLink, registries

blueprint = Blueprint("roles", __name__, url_prefix="/people")

UNPROCESSABLE = 422
SIGHT = "people.person"
LIST_SIGHT = "people.list"


@blueprint.get("")
@allow(access.administrator)
def people() -> tuple[str, int]:
    """Everybody who has access, or had it, by name."""
    form = PeopleFilterForm(request.args)
    wanted, counts = _wanted(form), queries.count_people()
    page = queries.people(wanted, after=request.args.get("after"))
    text = render_template(
        "people/people.html",
        form=form,
        wanted=wanted,
        people=page,
        counts=counts,
        tabs=words.tabs(counts, has_left=wanted.has_left),
        first_url=first_url(),
        next_url=next_url(page),
        seen=queries.last_seen([person.id for person in page.rows]),
        companies=_companies([grant for person in page.rows for grant in person.grants]),
        role_names=ROLE_NAMES,
        now=clock.now(),
    )
    _record_looks(page.rows)
    return text, UNPROCESSABLE if form.errors else 200


@blueprint.get("/<uuid:public_id>")
@allow(access.administrator)
def person(public_id: uuid.UUID) -> str:
    """One person: what they may do, where, since when. That it was looked at is recorded."""
    return _person_page(_found(public_id), _role_form())


@blueprint.post("/<uuid:public_id>/roles")
@allow(access.administrator)
def give_role(public_id: uuid.UUID) -> Response | tuple[str, int]:
    found, form = _found(public_id), _role_form()
    if form.validate():
        try:
            with transaction():
                place = words.place_from(form.place.data)
                actions.give_role(
                    person_id=found.id, role=form.role.data, place=place, by=access.my_id(), at=clock.now()
                )
            flash(_("%(role)s: the role is in force now.", role=ROLE_NAMES[form.role.data]), "ok")
            return redirect(url_for("roles.person", public_id=public_id))
        except (RoleRefused, PersonHasLeft) as refusal:
            form.form_errors.append(words.REFUSALS[type(refusal)])
    return _person_page(_found(public_id), form), UNPROCESSABLE


@blueprint.post("/<uuid:public_id>/roles/<int:grant_id>/end")
@allow(access.administrator)
def end_role(public_id: uuid.UUID, grant_id: int) -> Response:
    try:
        with transaction():
            grant = _grant(public_id, grant_id)
            actions.end_role(grant=grant, by=access.my_id(), at=clock.now())
        undo_url = url_for("roles.give_again", public_id=public_id, grant_id=grant_id)
        text = _("%(role)s: the role has ended.", role=ROLE_NAMES[grant.role])
        toast(text, undo_url=undo_url)
    except RoleRefused as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("roles.person", public_id=public_id))


@blueprint.post("/<uuid:public_id>/roles/<int:grant_id>/again")
@allow(access.administrator)
def give_again(public_id: uuid.UUID, grant_id: int) -> Response:
    """Undo the end of a role."""
    try:
        with transaction():
            grant = _grant(public_id, grant_id)
            actions.give_again(grant=grant, by=access.my_id(), at=clock.now())
        flash(_("%(role)s: the role is in force again.", role=ROLE_NAMES[grant.role]), "ok")
    except (RoleRefused, PersonHasLeft) as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("roles.person", public_id=public_id))


@blueprint.post("/<uuid:public_id>/departure")
@allow(access.administrator)
def end_access(public_id: uuid.UUID) -> Response:
    """They left: every role and every sign-in ends at once."""
    try:
        with transaction():
            actions.end_access(person_id=_found(public_id).id, by=access.my_id(), at=clock.now())
        undo_url = url_for("roles.open_access", public_id=public_id)
        toast(_("Access has ended, on every device."), undo_url=undo_url)
    except RoleRefused as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("roles.person", public_id=public_id))


@blueprint.post("/<uuid:public_id>/return")
@allow(access.administrator)
def open_access(public_id: uuid.UUID) -> Response:
    """They are back; within ten minutes with their roles."""
    try:
        with transaction():
            person_id = _found(public_id).id
            actions.open_access(person_id=person_id, with_roles=True, by=access.my_id(), at=clock.now())
        flash(_("Access is open again."), "ok")
    except RoleRefused as refusal:
        flash(str(words.REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("roles.person", public_id=public_id))


def navigation(person_who_asks: Visitor) -> list[NavigationLink]:
    """The administrator's way to people."""
    if not access.administrator(person_who_asks):
        return []
    return [NavigationLink("roles.people", _("People"), 10, ("roles.", "invitations."))]


def find(person_who_asks: Visitor, query: str, limit: int) -> list[Found]:
    """People by name, for the administrator's search."""
    if not access.administrator(person_who_asks):
        return []
    return [
        Found(_("Person"), found.name, found.email or "", url_for("roles.person", public_id=found.public_id))
        for found in queries.people(PeopleFilter(query=query), after=None).rows[:limit]
    ]


def home(person_who_asks: Visitor) -> str | None:
    return "roles.people" if access.administrator(person_who_asks) else None


def _wanted(form: PeopleFilterForm) -> PeopleFilter:
    form.role.choices = [("", _("All roles")), *((role.value, ROLE_NAMES[role]) for role in Role)]
    has_left = "left" in request.args
    if not form.validate():
        return PeopleFilter(has_left=has_left)
    return PeopleFilter(form.q.data or "", form.role.data or "", has_left)


def _role_form() -> RoleForm:
    form = RoleForm()
    form.role.choices = [
        (role.value, ROLE_NAMES[role]) for role in Role if role in GROUP_ROLES | PROPERTY_ROLES
    ]
    form.place.choices = words.place_choices(hotel.properties(), hotel.departments())
    return form


def _person_page(found: Person, form: RoleForm) -> str:
    at = clock.now()
    places = _places(found.grants)
    page = render_template(
        "people/person.html",
        form=form,
        person=found,
        places=places,
        devices=people_queries.devices_of(found.id, at=at),
        role_names=ROLE_NAMES,
        is_me=found.id == access.my_id(),
        now=at,
    )
    with transaction():
        audit.record_sight(viewer_id=access.my_id(), subject_id=found.id, page=SIGHT, at=at)
    return page


def _record_looks(people: Sequence[Person]) -> None:
    ids = [person.id for person in people]
    with transaction():
        audit.record_sights(viewer_id=access.my_id(), subject_ids=ids, page=LIST_SIGHT, at=clock.now())


def _places(grants: list[Grant]) -> dict[int, str]:
    """Where each role holds, in words, by the grant's id."""
    return words.place_names(
        grants,
        companies=_companies(grants),
        properties=hotel.properties({grant.property_id for grant in grants if grant.property_id}),
        departments=hotel.departments({grant.property_id for grant in grants if grant.property_id}),
    )


def _companies(grants: list[Grant]) -> dict[int, str]:
    account_ids = {grant.account_id for grant in grants if grant.account_id is not None}
    return dict(registries().account_names(account_ids))


def _found(public_id: uuid.UUID) -> Person:
    return queries.person_by_public_id(public_id) or abort(404)


def _grant(public_id: uuid.UUID, grant_id: int) -> Grant:
    return queries.grant_of(_found(public_id), grant_id) or abort(404)

"""Inviting people, and the page behind the link of an invitation."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.people import access as people_access
from portal.people import actions as people_actions
from portal.people import queries as people
from portal.people import rules as people_rules
from portal.people.access import administrator
from portal.people.invitations import access, actions, queries, rules, words
from portal.people.invitations.forms import AcceptForm, InvitationForm
from portal.people.models import CLIENT_ROLES, Invitation
from portal.people.passwords import views as passwords
from portal.people.passwords.rules import WeakPassword, check_strength
from portal.people.passwords.words import why_weak
from portal.people.roles import words as roles_words
from portal.people.roles.rules import Place, RoleRefused
from portal.people.words import ROLE_NAMES
from portal.web.gate import allow, anyone, visitor
from portal.web.limits import limiter
from portal.web.paging import first_url, next_url
from portal.web.registries import registries

blueprint = Blueprint("invitations", __name__)

UNPROCESSABLE = 422


@blueprint.get("/invitations")
@allow(access.invites)
def invitations() -> str:
    """Who was invited, and what became of it."""
    reach, at = access.reach(visitor()), clock.now()
    found = queries.invitations(reach, after=request.args.get("after"))
    return render_template(
        "people/invitations.html",
        invitations=found,
        states={one.id: words.state_of(one, at=at) for one in found.rows},
        first_url=first_url(),
        next_url=next_url(found),
        companies=registries().account_names(reach.account_ids),
        role_names=ROLE_NAMES,
        now=at,
        reach=reach,
    )


@blueprint.route("/invitations/house", methods=["GET", "POST"])
@allow(administrator)
def invite_to_house() -> Response | tuple[str, int]:
    """Invite somebody to work in the portal for the hotel."""
    form = _fresh_form()
    form.roles.choices = roles_words.hotel_role_choices()
    form.place.choices = roles_words.place_choices(hotel.properties(), hotel.departments())
    if form.validate_on_submit() and _invite(form, roles_words.place_from(form.place.data)):
        return redirect(url_for("invitations.invitations"))
    return _form_page(
        form, lead=_("They choose a password themselves; the link in the letter lives for a week.")
    )


@blueprint.route("/invitations/company", methods=["GET", "POST"])
@allow(access.invites_to_account)
def invite_to_account() -> Response | tuple[str, int]:
    """Invite somebody of one's own company."""
    form = _fresh_form()
    account_ids = access.reach(visitor()).account_ids
    names = registries().account_names(account_ids)
    form.roles.choices = roles_words.role_choices(CLIENT_ROLES)
    form.place.choices = [(str(account_id), names.get(account_id, "")) for account_id in account_ids]
    if form.validate_on_submit() and _invite(form, Place(account_id=int(form.place.data))):
        return redirect(url_for("invitations.invitations"))
    return _form_page(
        form, lead=_("They choose a password themselves; the link in the letter lives for a week.")
    )


@blueprint.post("/invitations/<uuid:public_id>/letter")
@allow(access.invites)
def send_again(public_id: uuid.UUID) -> Response:
    try:
        with transaction():
            invitation = _within_reach(public_id)
            actions.send_again(invitation=invitation, by=people_access.my_id(), at=clock.now())
        flash(_("A new letter is on its way. The old link no longer works."), "ok")
    except people_rules.LinkRefused as refusal:
        flash(str(words.TOO_LATE[refusal.trouble]), "bad")
    return redirect(url_for("invitations.invitations"))


@blueprint.post("/invitations/<uuid:public_id>/withdrawal")
@allow(access.invites)
def withdraw(public_id: uuid.UUID) -> Response:
    try:
        with transaction():
            invitation = _within_reach(public_id)
            actions.withdraw(invitation=invitation, by=people_access.my_id(), at=clock.now())
        flash(_("The invitation is withdrawn. Its link no longer works."), "ok")
    except people_rules.LinkRefused as refusal:
        flash(str(words.TOO_LATE[refusal.trouble]), "bad")
    return redirect(url_for("invitations.invitations"))


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("30 per 5 minutes")
def accept(token: str) -> Response | tuple[str, int]:
    """The page behind the link of a letter; looking at it changes nothing."""
    form = AcceptForm()
    try:
        invitation = _opened(token)
        person = people.person_by_address(invitation.email)
        rules.check_return(invitation, person)
        is_new = rules.needs_password(person)
        if request.method == "POST" and (not is_new or form.validate()):
            return _accept(token, invitation, form if is_new else None)
    except people_rules.LinkRefused as refusal:
        return passwords.refused_link(refusal)
    except WeakPassword as refusal:
        form.password.errors = [why_weak(refusal)]
    except (people_rules.AddressTaken, rules.PasswordNeeded):
        return redirect(url_for("invitations.accept", token=token))
    return _accept_page(form, token, invitation, is_new=is_new)


def _opened(token: str) -> Invitation:
    invitation = rules.check_open(queries.invitation_by_token(token), at=clock.now())
    rules.check_sender(is_entitled=queries.is_sender_entitled(invitation))
    return invitation


def _accept_page(form: AcceptForm, token: str, invitation: Invitation, *, is_new: bool) -> tuple[str, int]:
    form.name.data = form.name.data or invitation.name
    account_id = invitation.account_id
    companies = registries().account_names([] if account_id is None else [account_id])
    page = render_template(
        "people/accept.html",
        token=token,
        form=form,
        invitation=invitation,
        is_new=is_new,
        company=companies.get(account_id or 0, ""),
        role_names=ROLE_NAMES,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _accept(token: str, invitation: Invitation, form: AcceptForm | None) -> Response:
    password_hash = name = None
    if form is not None:
        password, name = form.password.data or "", form.name.data
        about = (*passwords.about(name or "", invitation.email), invitation.name)
        check_strength(password, about=about)
        password_hash = people_rules.hash_password(password)
    at, cookie = clock.now(), None
    with transaction():
        person = actions.accept(token=token, name=name, password_hash=password_hash, at=at)
        if password_hash is not None:
            device = people_access.device_here()
            cookie = people_actions.open_sign_in(person=person, device=device, is_kept=False, at=at)
    if cookie is None:
        # The letter proves the address, not the password: an old hand signs in as always.
        flash(_("Your new roles are in force."), "ok")
        return redirect(url_for("web.home"))
    people_access.begin_session(cookie, is_kept=False)
    flash(_("Welcome. You are signed in."), "ok")
    return redirect(url_for("web.home"))


def _fresh_form() -> InvitationForm:
    form = InvitationForm()
    form.reference.data = form.reference.data or str(uuid.uuid4())
    return form


def _invite(form: InvitationForm, place: Place) -> bool:
    try:
        with transaction():
            actions.invite(
                reference=uuid.UUID(form.reference.data),
                email=form.email.data or "",
                name=form.name.data or "",
                locale=form.locale.data,
                roles=form.roles.data or [],
                place=place,
                by=people_access.my_id(),
                at=clock.now(),
            )
    except (RoleRefused, rules.InvitationRefused) as refusal:
        form.form_errors.append(words.REFUSALS[type(refusal)])
        return False
    flash(_("The invitation is on its way to %(address)s.", address=form.email.data), "ok")
    return True


def _form_page(form: InvitationForm, *, lead: str) -> tuple[str, int]:
    page = render_template("people/invite.html", form=form, lead=lead)
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _within_reach(public_id: uuid.UUID) -> Invitation:
    return queries.invitation_within(access.reach(visitor()), public_id) or abort(404)

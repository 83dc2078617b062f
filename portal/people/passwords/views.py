"""Changing a password, and getting in when it was forgotten."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.jobs import actions as jobs
from portal.people import access, rules, words
from portal.people import actions as people
from portal.people import queries as people_queries
from portal.people.models import Person
from portal.people.passwords import actions, queries
from portal.people.passwords.forms import ChangeForm, ForgottenForm, NewPasswordForm
from portal.people.passwords.rules import WeakPassword, check_strength
from portal.people.passwords.words import why_weak
from portal.web.gate import allow, anyone, signed_in
from portal.web.limits import is_refused, limiter

blueprint = Blueprint("passwords", __name__)

GONE = 410
NOT_FOUND = 404
UNPROCESSABLE = 422


@blueprint.route("/me/password", methods=["GET", "POST"])
@allow(signed_in)
@limiter.limit("10 per 15 minutes", methods=["POST"], deduct_when=is_refused)
def change() -> Response | tuple[str, int]:
    form = ChangeForm()
    if form.validate_on_submit():
        try:
            _change(form)
            flash(_("Your password is changed. You are signed out everywhere else."), "ok")
            return redirect(url_for("people.my_profile"))
        except rules.WrongPassword:
            form.current.errors = [words.WRONG_PASSWORD]
        except WeakPassword as refusal:
            form.password.errors = [why_weak(refusal)]
    return render_template("people/password.html", form=form), UNPROCESSABLE if form.is_submitted() else 200


@blueprint.route("/password/forgotten", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("20 per hour", methods=["POST"])
@limiter.limit("5 per hour", methods=["POST"], key_func=access.address_key)
def forgotten() -> Response | tuple[str, int]:
    """Ask for a letter. The answer, and the time it takes, are the same for an unknown address."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        status = UNPROCESSABLE if form.is_submitted() else 200
        return render_template("people/forgotten.html", form=form), status
    person = people_queries.person_by_address(form.email.data or "")
    with transaction():
        payload = {"person_id": person.id if person is not None else None}
        jobs.enqueue(kind="people.password_link", payload=payload, at=clock.now())
    return redirect(url_for("passwords.link_sent"))


@blueprint.get("/password/forgotten/sent")
@allow(anyone)
def link_sent() -> str:
    return render_template("people/link_sent.html")


@blueprint.route("/password/new/<token>", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("30 per 5 minutes")
def choose(token: str) -> Response | tuple[str, int]:
    """The page behind the link of a letter; looking at it changes nothing."""
    form = NewPasswordForm()
    try:
        link = rules.usable(queries.reset_by_token(token), at=clock.now())
        if form.validate_on_submit():
            _set(form, token=token, person=link.person)
            flash(_("Your password is changed. Sign in with it."), "ok")
            return redirect(url_for("people.sign_in"))
    except rules.LinkRefused as refusal:
        return refused_link(refusal, again=url_for("passwords.forgotten"), label=_("Ask for a new link"))
    except WeakPassword as refusal:
        form.password.errors = [why_weak(refusal)]
    page = render_template("people/new_password.html", form=form, token=token)
    return page, UNPROCESSABLE if form.is_submitted() else 200


def refused_link(refusal: rules.LinkRefused, *, again: str = "", label: str = "") -> tuple[str, int]:
    """The page for a link that opens nothing: why, and what to do."""
    page = render_template(
        "people/link_refused.html",
        title=words.LINK_TITLES[refusal.trouble],
        sentence=words.LINK_SENTENCES[refusal.trouble],
        again=again,
        label=label,
    )
    return page, NOT_FOUND if refusal.trouble == rules.LinkTrouble.UNKNOWN else GONE


def about(name: str, email: str | None) -> tuple[str, ...]:
    """Words that are easy to guess of a person's password."""
    return (name, email or "", request.host)


def _set(form: NewPasswordForm, *, token: str, person: Person) -> None:
    password = form.password.data or ""
    check_strength(password, about=about(person.name, person.email))
    password_hash = rules.hash_password(password)
    with transaction():
        actions.set_by_link(token=token, password_hash=password_hash, at=clock.now())


def _change(form: ChangeForm) -> None:
    at, me = clock.now(), people_queries.person(access.my_id())
    stored = me.password_hash if me is not None else None
    if me is None or stored is None or not rules.is_password(form.current.data or "", stored=stored):
        raise rules.WrongPassword
    password = form.password.data or ""
    check_strength(password, about=about(me.name, me.email))
    password_hash = rules.hash_password(password)
    is_kept = session.permanent
    with transaction():
        person = actions.change(person_id=me.id, verified_hash=stored, password_hash=password_hash, at=at)
        # A new cookie here too: a copy of the old one is worth nothing any more.
        token = people.open_sign_in(person=person, device=access.device_here(), is_kept=is_kept, at=at)
    access.begin_session(token, is_kept=is_kept)

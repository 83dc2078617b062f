"""Signing in and out, and a person's own page."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.people import access, actions, queries, rules, words
from portal.people.forms import SignInForm
from portal.web.gate import allow, anyone, signed_in, visitor
from portal.web.limits import limiter
from portal.web.redirects import back

blueprint = Blueprint("people", __name__)

UNPROCESSABLE = 422


def _is_refused(response: Response) -> bool:
    return response.status_code == UNPROCESSABLE


def _address_key() -> str:
    return "account:" + rules.digest(rules.fold_address(request.form.get("email", "")))


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("20 per 5 minutes", methods=["POST"], deduct_when=_is_refused)
@limiter.limit("10 per 15 minutes", methods=["POST"], key_func=_address_key, deduct_when=_is_refused)
def sign_in() -> Response | tuple[str, int]:
    if visitor().is_signed_in:
        return redirect(back())
    form = SignInForm()
    if form.validate_on_submit():
        try:
            _sign_in(form)
            return redirect(back())
        except rules.SignInRefused:
            form.form_errors.append(words.SIGN_IN_REFUSED)
    demo = current_app.extensions["demo_sign_ins"]()
    page = render_template("people/sign_in.html", form=form, demo=demo, next=back())
    return page, UNPROCESSABLE if form.is_submitted() else 200


def _sign_in(form: SignInForm) -> None:
    person = queries.person_by_address(form.email.data or "")
    stored = person.password_hash if person is not None else None
    if not rules.is_password(form.password.data or "", stored=stored) or person is None or stored is None:
        raise rules.SignInRefused
    with transaction():
        token = actions.start_sign_in(
            person_id=person.id,
            verified_hash=stored,
            device=str(request.user_agent)[:200],
            is_kept=form.is_kept.data,
            at=clock.now(),
        )
    access.begin_session(token, is_kept=form.is_kept.data)


@blueprint.post("/sign-out")
@allow(anyone)
def sign_out() -> Response:
    token = session.get("_user_id")
    if token is not None:
        with transaction():
            actions.end_sign_in(token=token, at=clock.now())
    session.clear()
    flash(_("You are signed out."), "ok")
    return redirect(url_for("people.sign_in"))


@blueprint.get("/me")
@allow(signed_in)
def my_profile() -> str:
    return render_template("people/my_profile.html")

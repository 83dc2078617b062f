"""A company asks to join: the form, and the page behind the link of each letter.

The answer to the form is the same for everybody: nobody learns here who is a client.
"""

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.taxpayers.rules import TaxNumberWrong
from portal.corporate.admission import queries as admission
from portal.corporate.admission import rules as admission_rules
from portal.corporate.admission import words as admission_words
from portal.corporate.applications import actions, queries, rules, words
from portal.corporate.applications.models import Application
from portal.corporate.joining.forms import AnswerForm, ApplicationForm
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.people import access as people_access
from portal.people import queries as people
from portal.people.passwords import views as passwords
from portal.people.rules import LinkRefused
from portal.programme.rules import Refusal
from portal.web.gate import allow, anyone
from portal.web.limits import is_refused, is_taken_in, limiter
from portal.web.pages import locale_code, read_by

blueprint = Blueprint("joining", __name__, url_prefix="/join")

Answered = Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.route("", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("100 per hour", methods=["POST"], deduct_when=is_refused)
@limiter.limit("20 per hour", methods=["POST"], deduct_when=is_taken_in)
@limiter.limit("5 per hour", methods=["POST"], key_func=people_access.address_key, deduct_when=is_taken_in)
def apply() -> Answered:
    """The form."""
    form, version = ApplicationForm(), admission.in_force()
    form.fit()
    if form.validate_on_submit() and _sent(form):
        return redirect(url_for("joining.sent"))
    page = render_template(
        "corporate/joining/apply.html",
        form=form,
        version=version,
        expectations=admission_words.expectations(version),
    )
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.get("/sent")
@allow(anyone)
def sent() -> str:
    """What happens next."""
    return render_template("corporate/joining/sent.html", days=rules.CONFIRMATION_LIFE.days)


@blueprint.get("/<token>")
@allow(anyone)
@limiter.limit("60 per 5 minutes")
def application(token: str) -> Answered:
    """The page behind the link: how the application stands. Looking changes nothing."""
    try:
        found = rules.check_link(queries.application_by_token(token), at=clock.now())
    except LinkRefused as refusal:
        return _refused(refusal)
    return _page(found, token), 200


@blueprint.post("/<token>/confirmation")
@allow(anyone)
@limiter.limit("30 per 5 minutes")
def confirm(token: str) -> Answered:
    """The address is the applicant's."""
    try:
        with transaction():
            actions.confirm(token=token, at=clock.now())
    except LinkRefused as refusal:
        return _refused(refusal)
    flash(_("Thank you. Your application is with us now."), "ok")
    return redirect(url_for("joining.application", token=token))


@blueprint.post("/<token>/answer")
@allow(anyone)
@limiter.limit("30 per 5 minutes")
def answer(token: str) -> Answered:
    """Answer what the hotel asked."""
    form = AnswerForm()
    try:
        found = rules.check_link(queries.application_by_token(token), at=clock.now())
        if form.validate_on_submit():
            with transaction():
                actions.answer(token=token, text=(form.text.data or "").strip(), at=clock.now())
            flash(_("Thank you. We have your answer."), "ok")
            return redirect(url_for("joining.application", token=token))
    except LinkRefused as refusal:
        return _refused(refusal)
    except Refusal as refusal:
        form.form_errors.append(words.refused(refusal, zone=hotel.house_zone()))
    return _page(found, token, form), UNPROCESSABLE


@blueprint.post("/<token>/withdrawal")
@allow(anyone)
@limiter.limit("30 per 5 minutes")
def withdraw(token: str) -> Answered:
    """The applicant changed their mind."""
    try:
        with transaction():
            actions.withdraw(token=token, at=clock.now())
        flash(_("Your application is withdrawn. You may apply anew at any time."), "ok")
    except LinkRefused as refusal:
        return _refused(refusal)
    except Refusal as refusal:
        flash(words.refused(refusal, zone=hotel.house_zone()), "bad")
    return redirect(url_for("joining.application", token=token))


@blueprint.post("/<token>/password")
@allow(anyone)
@limiter.limit("30 per 5 minutes")
def password(token: str) -> Answered:
    """Whoever was approved and has no password yet chooses one."""
    try:
        with transaction():
            opened = actions.open_password(token=token, at=clock.now())
    except LinkRefused as refusal:
        return _refused(refusal)
    if opened is None:
        return redirect(url_for("people.sign_in"))
    return redirect(url_for("passwords.choose", token=opened))


def _sent(form: ApplicationForm) -> bool:
    try:
        entered = form.entered(locale=locale_code())
        with transaction():
            actions.send(token=uuid.UUID(form.token.data), entered=entered, at=clock.now())
    except TaxNumberWrong:
        form.tax_number.errors = [words.wrong_number(form.country.data)]
        return False
    except admission_rules.MailServiceAddress as refusal:
        form.email.errors = [words.refused(refusal)]
        return False
    except admission_rules.NotALegalEntity as refusal:
        form.is_legal_entity.errors = [words.refused(refusal)]
        return False
    return True


def _page(found: Application, token: str, form: AnswerForm | None = None) -> str:
    state, zone = rules.state_of(found), hotel.house_zone()
    person = people.person_by_address(found.email)
    with read_by(found.locale):
        return render_template(
            "corporate/joining/application.html",
            application=found,
            token=token,
            state=state if found.confirmed_at else "unconfirmed",
            form=form or AnswerForm(),
            question=next((w.text for w in reversed(found.words) if w.by_id is not None), ""),
            timeline=words.timeline(found, zone=zone, is_hotel=False),
            needs_password=person is not None and person.password_hash is None,
            country=admission_words.country_name(found.country),
        )


def _refused(refusal: LinkRefused) -> tuple[str, int]:
    return passwords.refused_link(refusal, again=url_for("joining.apply"), label=_("Apply anew"))

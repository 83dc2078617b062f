"""Changing the address that one signs in with."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.people import access, rules, words
from portal.people import queries as people
from portal.people.addresses import actions, queries
from portal.people.addresses.forms import AddressForm, ConfirmForm
from portal.people.passwords.views import refused_link
from portal.web.gate import allow, anyone, signed_in
from portal.web.limits import is_refused, limiter

blueprint = Blueprint("addresses", __name__)

UNPROCESSABLE = 422


@blueprint.route("/me/address", methods=["GET", "POST"])
@allow(signed_in)
@limiter.limit("10 per hour", methods=["POST"])
@limiter.limit("10 per 15 minutes", methods=["POST"], deduct_when=is_refused)
def change() -> Response | tuple[str, int]:
    """Ask for a letter to the new address; what is said does not depend on whether it is free."""
    form = AddressForm()
    me = people.person(access.my_id())
    if me is not None and form.validate_on_submit():
        if rules.is_password(form.current.data or "", stored=me.password_hash):
            with transaction():
                actions.ask(person_id=me.id, email=form.email.data or "", at=clock.now())
            flash(_("A letter is on its way to the new address. Open the link in it within a day."), "ok")
            return redirect(url_for("people.my_profile"))
        form.current.errors = [words.WRONG_PASSWORD]
    status = UNPROCESSABLE if form.is_submitted() else 200
    return render_template("people/address.html", form=form, me=me), status


@blueprint.route("/address/<token>", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("30 per 5 minutes")
def confirm(token: str) -> Response | str | tuple[str, int]:
    """The page behind the link of a letter; looking at it changes nothing, the button does."""
    form = ConfirmForm()
    try:
        if form.validate_on_submit():
            with transaction():
                actions.confirm(token=token, at=clock.now())
            flash(_("From now on you sign in with the new address."), "ok")
            return redirect(url_for("people.my_profile"))
        change = rules.usable(queries.change_by_token(token), at=clock.now())
    except rules.LinkRefused as refusal:
        return refused_link(refusal)
    except rules.AddressTaken:
        flash(str(words.ADDRESS_TAKEN), "bad")
        return redirect(url_for("people.my_profile"))
    return render_template("people/address_confirm.html", token=token, change=change, form=form)

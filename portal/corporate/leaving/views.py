"""Somebody leaves: what they still look after is shown first, and handed over with the end of access."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.leaving import actions, queries, words
from portal.corporate.leaving.forms import LeavingForm
from portal.corporate.limits import queries as limits
from portal.corporate.passes import words as passes
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.people.models import Person
from portal.people.roles.rules import RoleRefused
from portal.people.rules import PersonHasLeft
from portal.programme.rules import Refusal
from portal.web.gate import allow, visitor
from portal.web.limits import UNPROCESSABLE

blueprint = Blueprint("leaving", __name__, url_prefix="/corporate/people")


@blueprint.get("/<uuid:person_id>/end")
@allow(access.administers)
def ahead(person_id: uuid.UUID) -> str:
    """What ends, what is still to come, and who takes it over."""
    account, found = _found(person_id)
    return _page(account, found, LeavingForm(None))


@blueprint.post("/<uuid:person_id>/end")
@allow(access.administers)
def leave(person_id: uuid.UUID) -> Response | tuple[str, int]:
    """Access ends at once."""
    (account, found), form = _found(person_id), LeavingForm()
    able = [each for each in limits.candidates(account.id) if each.id != found.id]
    form.fit(able)
    if form.successor.data is None:
        form.successor.data = ""
    if form.validate_on_submit():
        try:
            with transaction():
                actions.leave(
                    account=account, person=found, successor_id=form.chosen(able),
                    reason=(form.reason.data or "").strip(), by=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(_("%(name)s no longer acts for %(company)s.", name=found.name, company=account.name), "ok")
            return redirect(url_for("company_people.people"))
        except (Refusal, RoleRefused, PersonHasLeft) as refusal:
            form.form_errors.append(str(words.REFUSALS[type(refusal)]))
    return _page(*_found(person_id), form), UNPROCESSABLE


def _found(person_id: uuid.UUID) -> tuple[Account, Person]:
    account = access.acting_account(visitor())
    return account, accounts.person_of(person_id, account_id=account.id) or abort(404)


def _page(account: Account, found: Person, form: LeavingForm) -> str:
    at, zone = clock.now(), hotel.house_zone()
    form.fit(each for each in limits.candidates(account.id) if each.id != found.id)
    page = render_template(
        "corporate/leaving/leaving.html",
        account=account,
        person=found,
        form=form,
        found=queries.still_to_come(account.id, person_id=found.id, today=local_date(at, zone), at=at),
        invitee=passes.name,
    )
    with transaction():
        viewer_id = visitor().person_id or 0
        audit.record_sight(viewer_id=viewer_id, subject_id=found.id, page="company.leaving", at=at)
    return page

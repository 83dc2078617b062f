"""Budgets of a company: its cost centres, its limits and who holds the second key."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.budgets import queries
from portal.corporate.budgets.forms import ApproverForm, CentreForm, LimitForm
from portal.corporate.limits import actions, rules, words
from portal.corporate.limits import queries as limits
from portal.corporate.limits.models import Scope
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme.rules import Refusal
from portal.web import why
from portal.web.gate import allow, visitor

blueprint = Blueprint("budgets", __name__, url_prefix="/corporate/budgets")
Answer = Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.get("")
@allow(access.administers)
def budgets() -> str:
    """What may be booked without a second key, what is used of it, and who gives that key."""
    return _page(access.acting_account(visitor()))


@blueprint.post("/limits")
@allow(access.administers)
def set_limit() -> Answer:
    """Set a limit in the place of the one before."""
    account, form = access.acting_account(visitor()), LimitForm(prefix="limit")
    form.fit(limits.candidates(account.id), limits.cost_centres(account.id))
    if form.validate_on_submit():
        try:
            with transaction():
                scope, chosen = form.scope()
                actions.set_limit(
                    token=uuid.UUID(form.token.data), account_id=account.id, scope=scope,
                    person_id=_person(account, chosen) if scope is Scope.PERSON else None,
                    cost_centre_id=_centre(account, chosen) if scope is Scope.COST_CENTRE else None,
                    period=form.period.data, limit_cents=form.amount.data or 0, **_by(),
                )  # fmt: skip
            flash(_("The limit holds from now on. What is booked already stays booked."), "ok")
            return redirect(url_for("budgets.budgets"))
        except Refusal as refusal:
            form.form_errors.append(_refused(refusal))
    return _page(account, limit_form=form), UNPROCESSABLE


@blueprint.post("/limits/<uuid:limit_id>/end")
@allow(access.administers)
def end_limit(limit_id: uuid.UUID) -> Response:
    """Take a limit away."""
    account = access.acting_account(visitor())
    with transaction():
        actions.end_limit(limit=limits.limit_of(account.id, limit_id) or abort(404), **_by())
    flash(_("The limit is gone. Set it anew whenever you like."), "ok")
    return redirect(url_for("budgets.budgets"))


@blueprint.post("/centres")
@allow(access.administers)
def open_centre() -> Answer:
    """Open a cost centre."""
    account, form = access.acting_account(visitor()), CentreForm(prefix="centre")
    if form.validate_on_submit():
        try:
            with transaction():
                actions.open_cost_centre(
                    token=uuid.UUID(form.token.data), account_id=account.id,
                    code=(form.code.data or "").strip(), name=(form.name.data or "").strip(), **_by(),
                )  # fmt: skip
            flash(_("The cost centre is open: bookers choose it from now on."), "ok")
            return redirect(url_for("budgets.budgets", _anchor="centres"))
        except Refusal as refusal:
            form.code.errors = [_refused(refusal)]
    return _page(account, centre_form=form), UNPROCESSABLE


@blueprint.post("/centres/<uuid:centre_id>/close")
@allow(access.administers)
def close_centre(centre_id: uuid.UUID) -> Response:
    """Close a cost centre; what was booked on it keeps it."""
    account = access.acting_account(visitor())
    with transaction():
        centre = limits.cost_centre_of(account.id, centre_id) or abort(404)
        actions.close_cost_centre(centre=centre, **_by())
    flash(_("The cost centre is closed. What was booked on it keeps it."), "ok")
    return redirect(url_for("budgets.budgets", _anchor="centres"))


@blueprint.post("/approvers")
@allow(access.administers)
def name_approver() -> Answer:
    """Give somebody the second key."""
    account, form = access.acting_account(visitor()), ApproverForm(prefix="approver")
    form.fit(limits.candidates(account.id), limits.cost_centres(account.id))
    if form.validate_on_submit():
        try:
            with transaction():
                centre = form.centre()
                actions.name_approver(
                    token=uuid.UUID(form.token.data), account_id=account.id,
                    person_id=_person(account, uuid.UUID(form.person.data)),
                    cost_centre_id=_centre(account, centre) if centre else None, **_by(),
                )  # fmt: skip
            flash(_("Named. The next booking above a limit asks them."), "ok")
            return redirect(url_for("budgets.budgets", _anchor="approvers"))
        except Refusal as refusal:
            form.person.errors = [_refused(refusal)]
    return _page(account, approver_form=form), UNPROCESSABLE


@blueprint.post("/approvers/<uuid:approver_id>/end")
@allow(access.administers)
def end_approver(approver_id: uuid.UUID) -> Response:
    """Take the second key back."""
    account = access.acting_account(visitor())
    with transaction():
        approver = limits.approver_of(account.id, approver_id) or abort(404)
        actions.end_approver(approver=approver, **_by())
    flash(_("They are no longer asked. What waits is asked of whoever else approves."), "ok")
    return redirect(url_for("budgets.budgets", _anchor="approvers"))


def _by() -> dict[str, Any]:
    return {"by_id": visitor().person_id or 0, "at": clock.now()}


def _person(account: Account, public_id: uuid.UUID | None) -> int:
    found = (each.id for each in limits.candidates(account.id) if each.public_id == public_id)
    return next(found, None) or _gone()


def _centre(account: Account, public_id: uuid.UUID | None) -> int:
    centre = limits.cost_centre_of(account.id, public_id) if public_id is not None else None
    return centre.id if centre is not None else _gone()


def _gone() -> int:
    raise rules.NotOfTheCompany


def _refused(refusal: Refusal) -> str:
    return why.fill(words.REFUSALS[type(refusal)], refusal.values)


def _page(account: Account, **forms: Any) -> str:
    today = local_date(clock.now(), hotel.house_zone())
    people, centres = limits.candidates(account.id), limits.cost_centres(account.id)
    found, by_centre = queries.budgets(account.id, day=today)
    shown = {
        "limit_form": forms.get("limit_form") or LimitForm(None, prefix="limit"),
        "centre_form": forms.get("centre_form") or CentreForm(None, prefix="centre"),
        "approver_form": forms.get("approver_form") or ApproverForm(None, prefix="approver"),
    }
    for name in ("limit_form", "approver_form"):
        shown[name].fit(people, centres)
    approvers, ended = limits.approvers(account.id), limits.limits(account.id, ended=True)
    page = render_template(
        "corporate/budgets/budgets.html",
        account=account, form=next(iter(forms.values()), None), budgets=found, by_centre=by_centre,
        centres=centres, people=people, approvers=approvers, ended=ended,
        zone=hotel.house_zone(), scopes=words.SCOPES, periods=words.PERIODS, **shown,
    )  # fmt: skip
    bound = [*(each.limit for each in found), *ended]
    _record_looks([*(each.person_id for each in approvers), *(each.person_id for each in bound)])
    return page


def _record_looks(people: list[int | None]) -> None:
    named = {each for each in people if each is not None}
    with transaction():
        audit.record_sights(
            viewer_id=visitor().person_id or 0, subject_ids=named, page="company.budgets", at=clock.now()
        )

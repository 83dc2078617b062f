"""Planning: what it takes to have a tier on a day."""

import uuid
from datetime import date

from flask import Blueprint, render_template, request

from portal.programme import access
from portal.programme.outlook import queries
from portal.programme.plans.forms import PlanForm
from portal.programme.reviews.rules import next_review
from portal.programme.standing import queries as standings
from portal.programme.standing.queries import StandingView
from portal.programme.tiers import words as names
from portal.web.gate import allow, visitor
from portal.web.limits import UNPROCESSABLE

blueprint = Blueprint("plans", __name__)


@blueprint.get("/accounts/<uuid:account_id>/plan")
@allow(access.reads_points)
def plan(account_id: uuid.UUID) -> str | tuple[str, int]:
    """The path to a tier for a day of one's choice, and what would be lacking at the reviews to come."""
    account = access.account_for(visitor(), account_id)
    view = standings.standing_of(account.id)
    form = PlanForm(request.args).for_standing(view)
    fits = form.validate()
    target, day = _wish(form, view) if fits else _wish(None, view)
    form.tier.data, form.day.data = target, form.day.data or day
    planned = queries.plan(view, target=target, day=day)
    page = render_template(
        "programme/plans/plan.html",
        account=account,
        standing=view,
        form=form,
        target=planned.path.value.target,
        day=day,
        plan=planned,
        tiers=names.under(view.rules, view.versions),
    )
    return page if fits else (page, UNPROCESSABLE)


def _wish(form: PlanForm | None, view: StandingView) -> tuple[str, date]:
    """What was asked for, else to stay while in grace, else to rise."""
    target = view.tier if view.decided_on or not view.next_tier else view.next_tier
    day = view.decided_on or next_review(view.versions, view.as_of)
    if form is None:
        return target, day
    return form.tier.data or target, form.day.data or day

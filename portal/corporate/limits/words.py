"""Words of limits, cost centres and approvers."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.limits import rules
from portal.corporate.limits.models import Period, Scope
from portal.programme.rules import Refusal

SCOPES: dict[Scope, LazyString] = {
    Scope.COMPANY: _l("The whole company"),
    Scope.EACH: _l("Each booker"),
    Scope.PERSON: _l("One booker"),
    Scope.COST_CENTRE: _l("One cost centre"),
}
PERIODS: dict[Period, LazyString] = {Period.MONTH: _l("a month"), Period.QUARTER: _l("a quarter")}
STEPS: dict[str, LazyString] = {
    "limits.company": _l(
        "The whole company: %(used_cents)s of %(limit_cents)s is booked from %(first_date)s to %(last_date)s."
    ),
    "limits.each": _l(
        "Each booker: %(used_cents)s of %(limit_cents)s is booked from %(first_date)s to %(last_date)s."
    ),
    "limits.person": _l(
        "The booker's own limit: %(used_cents)s of %(limit_cents)s is booked from %(first_date)s to "
        "%(last_date)s."
    ),
    "limits.cost_centre": _l(
        "Cost centre %(cost_centre)s: %(used_cents)s of %(limit_cents)s is booked from %(first_date)s to "
        "%(last_date)s."
    ),
    "limits.within": _l("With the %(adds_cents)s of this order it leaves %(leaves_cents)s."),
    "limits.above": _l("With the %(adds_cents)s of this order it is %(over_cents)s above the limit."),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NobodyToApprove: _l(
        "It is above a limit, and nobody but you may approve it. Name an approver under “Budgets”, or ask "
        "whoever runs your account to."
    ),
    rules.AboveLimit: _l(
        "The change takes it %(over_cents)s above the limit of %(limit_cents)s. Order less, or book what "
        "is added as an order of its own: that one waits for approval."
    ),
    rules.CostCentreMissing: _l("Choose the cost centre that pays for it."),
    rules.CostCentreTaken: _l("Another cost centre has the code %(code)s. Choose a different one."),
    rules.NotOfTheCompany: _l("That choice is no longer there. Open the page anew and choose again."),
    rules.ApprovesAlready: _l("This person approves there already."),
}
SIGHT_PAGES: dict[str, LazyString] = {"company.budgets": _l("your company's budgets and approvers")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "cost_centre.open": _l("Cost centre opened"),
    "cost_centre.close": _l("Cost centre closed"),
    "limit.set": _l("Spending limit set"),
    "limit.end": _l("Spending limit ended"),
    "approver.name": _l("Approver named"),
    "approver.end": _l("Approver no longer named"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {
    "cost_centre": _l("Cost centre"),
    "limit": _l("Spending limit"),
    "approver": _l("Approver"),
}

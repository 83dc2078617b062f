"""Doors and endpoints of questions, answers and cases."""

from portal.people.models import Role

DOORS: dict[str, frozenset[str]] = {
    "surveys.cases.answers_cases": frozenset(
        {Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.PROPERTY_MANAGER}
    ),
    "surveys.results.reads_answers": frozenset({Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER}),
    "surveys.results.sees_results": frozenset(
        {Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR}
    ),
}

ENDPOINTS: dict[str, str] = {
    "cases.case": "surveys.cases.answers_cases",
    "cases.cases": "surveys.cases.answers_cases",
    "cases.note": "surveys.cases.answers_cases",
    "cases.resolve": "surveys.cases.answers_cases",
    "cases.second_word": "web.anyone",
    "results.order_report": "surveys.results.sees_results",
    "results.results": "surveys.results.sees_results",
    "results.results_csv": "surveys.results.sees_results",
    "results.single_answers": "surveys.results.reads_answers",
    "survey.keep": "web.anyone",
    "survey.opt_out": "web.anyone",
    "survey.page": "web.anyone",
    "survey.submit": "web.anyone",
    "survey.unsubscribe": "web.anyone",
    "survey.wish": "web.signed_in",
}

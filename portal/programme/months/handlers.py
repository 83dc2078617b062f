"""Background work: every hour the ledger is rolled up, and what is over is closed."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.jobs.rules import Every, JobRefused, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.programme.months import actions, queries, rules
from portal.programme.months.rules import FiguresDisagree


def _its_page(payload: Any, _result: Any) -> str:
    month = payload.get("close")
    return url_for("liability.close", month=month[:7]) if month else url_for("liability.liability")


@handles(title=_l("The points of all companies are added up"), in_chunks=True, result_url=_its_page)
def roll_up(context: JobContext) -> dict[str, Any]:
    """Read on in each chain; close the months that are due, or the one that somebody asks for."""

    def chunk(done: int) -> AbstractContextManager[None]:
        return context.chunk(done=done, total=None)

    month = context.payload.get("close")
    wanted = date.fromisoformat(month) if month else None
    try:
        rolled = actions.roll_up(at=context.at, by=context.owner_id, wanted=wanted, chunk=chunk)
    except FiguresDisagree as refusal:
        raise JobRefused(
            _l("Lots and movements differ, so nothing was closed. Run `flask ledger reconcile` and ask us.")
        ) from refusal
    if wanted is not None and queries.close_of(wanted) is None:
        raise JobRefused(_l("The month was not closed: it is not over, or no points had moved by its end."))
    return {"accounts": rolled.accounts, "closed": [each.isoformat() for each in rolled.closed]}


HANDLERS: dict[str, Handler] = {rules.ROLL_JOB: roll_up}
RECURRING = (Recurring(rules.ROLL_JOB, kind=rules.ROLL_JOB, timing=Every(minutes=60)),)

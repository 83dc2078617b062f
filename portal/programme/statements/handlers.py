"""Background work: once a month was closed, the statements of all accounts."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.database import end_reads
from portal.jobs.rules import Every, JobRefused, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.programme.months import queries as months
from portal.programme.notices import queries as notices
from portal.programme.statements import actions, queries, rules

ACCOUNTS_AT_ONCE = 25


def _its_page(_payload: Any, _result: Any) -> str:
    return url_for("statements.batches")


@handles(title=_l("Statements of a month"), in_chunks=True, result_url=_its_page)
def make_batch(context: JobContext) -> dict[str, Any]:
    """The statements of the months whose statements are news, or of the one asked for, that are not made."""
    made = {month.isoformat(): _make(context, month) for month in _months(context)}
    end_reads()
    return {"month": max(made), "made": sum(made.values())} if made else {}


def _make(context: JobContext, month: date) -> int:
    is_news = queries.is_timely(month, at=context.at, within=rules.TIMELY)
    done, last_id, total = 0, 0, queries.number_without(month)
    while some := queries.without_statement(month, after_id=last_id, limit=ACCOUNTS_AT_ONCE):
        told = notices.accounts_with_administrators(some)
        end_reads()
        done, last_id = done + len(some), some[-1]
        with context.chunk(done=done, total=max(total, done)):
            actions.make_statements(told=told, account_ids=some, month=month, is_news=is_news, at=context.at)
    return done


def _months(context: JobContext) -> list[date]:
    """The month asked for; else all that are news: several may have been closed at once."""
    asked = context.payload.get("month")
    if asked is None:
        return queries.timely_months(at=context.at, within=rules.TIMELY)
    month = date.fromisoformat(asked)
    if months.close_of(month) is None:
        raise JobRefused(_l("The month is not closed yet: there are no statements of it."))
    return [month]


HANDLERS: dict[str, Handler] = {rules.BATCH_JOB: make_batch}
# Every hour: whatever month was closed meanwhile, its statements follow; a second run makes none.
RECURRING = (Recurring(rules.BATCH_JOB, kind=rules.BATCH_JOB, timing=Every(minutes=60)),)

"""Background work: once a month was closed, the statements of all accounts; and printing a long one."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.database import end_reads
from portal.jobs.papers.handlers import printer
from portal.jobs.papers.rules import Made
from portal.jobs.rules import Every, JobRefused, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.programme.months import queries as months
from portal.programme.notices import queries as notices
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import Reach
from portal.programme.statements import actions, queries, rules
from portal.programme.statements.models import AccountStatement

ACCOUNTS_AT_ONCE = 25


def _its_page(_payload: Any, _result: Any) -> str:
    return url_for("statements.batches")


def _stopped(payload: Mapping[str, Any], at: datetime) -> None:
    """Whoever cancels a batch means it: what it would have made waits until somebody asks for it."""
    actions.stop_batches(months=_wanted(payload, at), at=at)


@handles(title=_l("Statements of a month"), in_chunks=True, result_url=_its_page, when_cancelled=_stopped)
def make_batch(context: JobContext) -> dict[str, Any]:
    """The statements of the months whose statements are news, or of the one asked for, that are not made."""
    made = {month.isoformat(): _make(context, month) for month in _months(context)}
    end_reads()
    return {"month": max(made), "made": sum(made.values())} if made else {}


def _make(context: JobContext, month: date) -> int:
    is_news = queries.is_timely(month, at=context.at, within=rules.TIMELY)
    done, last_id = 0, 0
    total, accounts = queries.number_without(month), queries.number_of_accounts(month)
    end_reads()
    with context.chunk(done=0, total=total):
        actions.begin_batch(month=month, accounts=accounts, at=context.at)
    while some := queries.without_statement(month, after_id=last_id, limit=ACCOUNTS_AT_ONCE):
        told = notices.accounts_with_administrators(some)
        end_reads()
        done, last_id = done + len(some), some[-1]
        with context.chunk(done=done, total=max(total, done)):
            actions.make_statements(told=told, account_ids=some, month=month, is_news=is_news, at=context.at)
    return done


def _months(context: JobContext) -> list[date]:
    """The month asked for; else all that are news, but those whose batch was stopped."""
    found = _wanted(context.payload, context.at)
    if "month" not in context.payload:
        stopped = queries.stops(found)
        return [month for month in found if month not in stopped]
    if not found:
        raise JobRefused(_l("The month is not closed yet: there are no statements of it."))
    return found


def _wanted(payload: Mapping[str, Any], at: datetime) -> list[date]:
    """The closed month that a job is about; of one that nobody asked for several: they may close at once."""
    if "month" not in payload:
        return queries.timely_months(at=at, within=rules.TIMELY)
    month = date.fromisoformat(payload["month"])
    return [month] if months.close_of(month) is not None else []


def _print(context: JobContext) -> Made:
    """One that is too long to be waited for; once it was made, its paper is kept for everybody."""
    told = context.payload
    month, locale = date.fromisoformat(told["month"]), told["locale"]
    account = overview.account_within(Reach(is_whole=True), uuid.UUID(told["account"]))
    facts = queries.facts_for(account.id, month) if account is not None else None
    if account is None or facts is None:
        raise JobRefused(_l("There is no such statement any more."))
    if facts.moved > rules.MOST_PRINTED:
        raise JobRefused(_l("This statement is too long for paper. Take the table of its movements instead."))
    made = queries.statement_of(account.id, month)
    content = queries.paper_of(made.id, locale) if made is not None else None
    if content is None:
        content = actions.print_statement(
            account=account, month=month, facts=facts, locale=locale, limits=actions.LONG
        )
        content = _kept(context, made, locale, content) if made is not None else content
    return Made(f"statement-{month:%Y-%m}-{locale}.pdf", content)


def _kept(context: JobContext, made: AccountStatement, locale: str, content: bytes) -> bytes:
    end_reads()
    with context.chunk(done=0, total=None):
        actions.keep_paper(statement_id=made.id, locale=locale, content=content, at=context.at)
    return queries.paper_of(made.id, locale) or content


HANDLERS: dict[str, Handler] = {
    rules.BATCH_JOB: make_batch,
    rules.PRINT_JOB: printer(title=_l("Statement on paper"), make=_print),
}
# Every hour: whatever month was closed meanwhile, its statements follow; a second run makes none.
RECURRING = (Recurring(rules.BATCH_JOB, kind=rules.BATCH_JOB, timing=Every(minutes=60)),)

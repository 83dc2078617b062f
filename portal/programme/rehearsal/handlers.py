"""Background work: a rehearsal, and its workbook."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal import clock
from portal.database import end_reads
from portal.documents.workbooks import MEDIA_TYPE
from portal.jobs.papers.handlers import printer
from portal.jobs.papers.rules import Made
from portal.jobs.rules import DailyAt, JobRefused, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.programme.rehearsal import actions, queries, rules
from portal.programme.rehearsal.rules import Findings

ACCOUNTS_AT_ONCE = 50


def _its_page(payload: Mapping[str, Any], _result: Mapping[str, Any] | None) -> str:
    return url_for("rehearsals.rehearsal", public_id=payload["rehearsal"])


@handles(title=_l("Rehearsal of the rules"), in_chunks=True, result_url=_its_page)
def rehearse(context: JobContext) -> None:
    """Replay every account, some at a time; read outside of a transaction, kept in one."""
    found = queries.rehearsal_for(uuid.UUID(context.payload["rehearsal"]))
    if found is None:
        raise JobRefused(_l("This rehearsal is no longer known."))
    rehearsal_id, plan, total = found.id, queries.plan_of(found), queries.account_count()
    end_reads()
    findings, done, last_id = rules.begun(plan.base.rules, plan.draft.rules), 0, 0
    with context.chunk(done=0, total=total):
        actions.begin_anew(rehearsal_id=rehearsal_id)
    while some := queries.account_ids(after_id=last_id, limit=ACCOUNTS_AT_ONCE):
        rows = [_kept(rehearsal_id, plan, found, findings) for found in queries.compare(plan, some)]
        end_reads()
        done, last_id = done + len(some), some[-1]
        with context.chunk(done=done, total=max(total, done)):
            actions.keep_accounts(rows=rows)
    end_reads()
    with context.last_chunk() as result:
        actions.finish(rehearsal_id=rehearsal_id, findings=findings, at=clock.now())
        result["accounts"] = findings.accounts


@handles(title=_l("Old figures of rehearsals are thrown away"), in_chunks=True)
def tidy(context: JobContext) -> dict[str, Any]:
    """Throw away what was kept long enough: each rehearsal has a row for every company."""
    done = 0
    while queries.outdated(at=context.at, limit=1):
        end_reads()
        with context.chunk(done=done, total=None):
            done += actions.throw_away(at=context.at, limit=1)
    end_reads()
    return {"thrown_away": done}


def _kept(
    rehearsal_id: int, plan: queries.Plan, found: queries.Compared, findings: Findings
) -> dict[str, Any]:
    findings.add(found.ran, found.draft, country=found.country)
    findings.try_schemes(found.ran, found.schemes)
    return queries.row_of(rehearsal_id, plan, found)


def _write(context: JobContext) -> Made:
    found = queries.rehearsal_for(uuid.UUID(context.payload["rehearsal"]))
    if found is None or found.findings is None:
        raise JobRefused(_l("This rehearsal is no longer known."))
    content = actions.workbook(
        rehearsal=found, accounts=queries.every_account(found.id), locale=context.payload["locale"]
    )
    return Made(f"rehearsal-{found.ends_on.isoformat()}.xlsx", content, MEDIA_TYPE)


HANDLERS: dict[str, Handler] = {
    queries.JOB: rehearse,
    queries.WORKBOOK_JOB: printer(title=_l("Workbook of a rehearsal"), make=_write),
    rules.TIDY_JOB: tidy,
}
RECURRING = (Recurring(rules.TIDY_JOB, kind=rules.TIDY_JOB, timing=DailyAt(hour=4, minute=10)),)

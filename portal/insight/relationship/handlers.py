"""Background work: the daily figures of all relationships, and the reports."""

import uuid
from datetime import date

from flask_babel import lazy_gettext as _l

from portal.database import end_reads
from portal.insight.relationship import actions, queries, rules
from portal.jobs.papers.handlers import printer
from portal.jobs.papers.rules import Made
from portal.jobs.rules import Every, JobRefused, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.programme.overview import queries as overview
from portal.programme.overview.queries import Reach


@handles(title=_l("Relationships are measured anew"), in_chunks=True)
def roll_up(context: JobContext) -> None:
    """Everybody's figures as of today: read outside of a transaction, kept in one."""
    as_of = queries.today()
    measured = queries.everybody(as_of=as_of)
    end_reads()
    with context.last_chunk() as result:
        try:
            result["moved"] = actions.keep_profiles(measured=measured, as_of=as_of, at=context.at)
        except rules.DayHasPassed as refusal:
            raise JobRefused(_l("A later day was measured already.")) from refusal


def _print(context: JobContext) -> Made:
    told = context.payload
    account = overview.account_within(Reach(is_whole=True), uuid.UUID(told["account"]))
    if account is None:
        raise JobRefused(_l("The company is no longer known."))
    whole = queries.whole(account, as_of=date.fromisoformat(told["as_of"]))
    end_reads()
    content = actions.print_report(whole, edition=told["edition"], locale=told["locale"])
    edition = told["edition"]
    return Made(f"relationship-{edition}-{told['as_of']}-{told['locale']}.pdf", content)


HANDLERS: dict[str, Handler] = {
    rules.ROLL_UP_JOB: roll_up,
    rules.REPORT_JOB: printer(title=_l("Report of a relationship"), make=_print),
}
RECURRING = (Recurring(rules.ROLL_UP_JOB, kind=rules.ROLL_UP_JOB, timing=Every(minutes=60)),)

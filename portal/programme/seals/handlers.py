"""Background work: every hour the heads of the chains are sealed."""

from typing import Any

from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext
from portal.programme.seals import actions


def seal_heads(context: JobContext) -> dict[str, Any]:
    seal = actions.seal_heads(at=context.at)
    return {"seal": seal.number, "hash": seal.hash} if seal else {}


HANDLERS: dict[str, Handler] = {"ledger.seal": seal_heads}
RECURRING = (Recurring("ledger.seal", kind="ledger.seal", timing=Every(minutes=60)),)

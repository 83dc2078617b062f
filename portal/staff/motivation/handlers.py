"""Background work: events are pulled every few minutes, and let into the score when their time has come."""

from flask_babel import lazy_gettext as _l

from portal.database import end_reads
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.staff.contributions import actions as contributions
from portal.staff.contributions.rules import PULL_JOB
from portal.staff.motivation import actions


@handles(title=_l("Contributions are pulled"), in_chunks=True)
def pull(context: JobContext) -> None:
    """A batch at a time, until nothing is new."""
    done, more = 0, True
    while more:
        with context.chunk(done=done, total=None):
            more = bool(found := contributions.pull(at=context.at))
        done += found
        end_reads()
    with context.last_chunk() as result:
        result |= {"pulled": done, "entered": actions.let_ratings_enter(at=context.at)}


HANDLERS: dict[str, Handler] = {PULL_JOB: pull}
RECURRING = (Recurring(PULL_JOB, kind=PULL_JOB, timing=Every(minutes=5)),)

"""Background work of the agreement: the letters about a new version, some people at a time."""

import uuid

from flask_babel import lazy_gettext as _l

from portal.corporate.agreements import actions, queries, rules
from portal.jobs.work import Handler, JobContext, handles


@handles(title=_l("Letters about a new agreement"), in_chunks=True)
def write_letters(context: JobContext) -> None:
    """Write to whoever runs an account; `done` is the last grant that was looked at."""
    public_id, last_id, written = uuid.UUID(context.payload["version"]), context.done, 0
    while True:
        grants = queries.administrators_after(last_id)
        if not grants:
            break
        with context.chunk(done=grants[-1].id, total=None):
            version = queries.version_of(public_id)
            if version is None:
                break
            written += actions.write_letters(version=version, after_id=last_id, at=context.at)
        last_id = grants[-1].id
    with context.last_chunk() as result:
        result["letters"] = written


HANDLERS: dict[str, Handler] = {rules.LETTERS_JOB: write_letters}

"""Background work: going through all texts of the house for the traces of one person."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from portal.database import end_reads
from portal.jobs.work import Handler, JobContext, handles
from portal.people.erasures import actions, queries, words
from portal.people.traces import actions as traces
from portal.people.traces import queries as places

ROWS_AT_ONCE = 100


def _page_of(payload: Mapping[str, Any], _result: Mapping[str, Any] | None) -> str:
    return url_for("erasures.erasure", public_id=payload["erasure"])


@handles(title=_l("Erasure of a person’s data"), in_chunks=True, result_url=_page_of)
def wipe(context: JobContext) -> dict[str, Any] | None:
    """Table by table, a few rows at a time: whoever works at a desk meanwhile waits for none of it.

    What was done before an interruption is found clean, so it begins anew.
    """
    wish = queries.erasure(uuid.UUID(context.payload["erasure"]))
    if wish is None or wish.sought_name is None:
        return {"rows": 0}
    sought, changed, tables = actions.sought_by(wish), 0, places.tables()
    with force_locale(wish.person.locale):
        instead = str(words.ERASED_PERSON)
    for done, table in enumerate(tables):
        for keys in places.keys_naming(table, sought, at_once=ROWS_AT_ONCE):
            end_reads()
            with context.chunk(done=done, total=len(tables)):
                changed += traces.wipe(table=table, keys=keys, sought=sought, instead=instead)
        end_reads()
        context.progress(done + 1, len(tables))
    with context.last_chunk() as result:
        result["rows"] = changed
        if (settled := queries.locked(wish.public_id)) is not None:
            actions.finish(erasure=settled, rows=changed, at=context.at)
    return None


HANDLERS: dict[str, Handler] = {actions.WIPE: wipe}

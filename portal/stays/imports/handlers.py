"""Reading and accepting large files in the background."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from portal.database import transaction
from portal.jobs import actions as jobs
from portal.jobs.rules import DailyAt, JobCancelled, JobRefused, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.stays.files import actions as uploads
from portal.stays.files import rules as files
from portal.stays.files.rules import FileRefused
from portal.stays.imports import actions, queries, words
from portal.stays.imports.rules import (
    ACCEPT_JOB,
    READ_JOB,
    TIDY_JOB,
    AlreadyDiscarded,
    CountsDisagree,
    ImportRefusal,
)
from portal.stays.models import Import

FORGOTTEN_AFTER = timedelta(days=2)


def _its_page(payload: Mapping[str, Any], _result: Mapping[str, Any] | None) -> str:
    return url_for("imports.import_page", public_id=payload["import"])


@handles(title=_l("Reading of an import"), in_chunks=True, result_url=_its_page)
def read_import(context: JobContext) -> dict[str, Any]:
    """Preview a file. Cancelled, it leaves neither rows nor the file."""
    offered = _offered(context)
    try:
        with uploads.opened(offered.public_id) as file:
            found = files.survey(file)
            reading = actions.read_file(import_id=offered.id, file=file, found=found, chunk=context.chunk)
        with context.last_chunk() as result:
            result["rows"] = actions.close_preview(reading=reading, at=context.at).counts["read"]
    except FileRefused as refusal:
        with context.last_chunk() as result:
            actions.note_failure(import_id=offered.id, refusal=refusal, at=context.at)
            result["refused"] = refusal.code
    except (JobCancelled, AlreadyDiscarded):
        _discard(offered, context)
        raise
    except CountsDisagree as refusal:
        _discard(offered, context)
        raise JobRefused(words.REFUSALS[CountsDisagree]) from refusal
    uploads.remove(offered.public_id)
    return {}


@handles(title=_l("Acceptance of an import"), result_url=_its_page)
def accept_import(context: JobContext) -> dict[str, Any]:
    """Accept a preview, all of it in one transaction; cancelled, it stays a preview."""
    offered = _offered(context)
    try:
        accepted = actions.accept_import(
            import_id=offered.id,
            by=context.owner_id,
            at=context.at,
            keep_going=lambda: jobs.ensure_wanted(claim=context.claim),
        )
    except ImportRefusal as refusal:
        raise JobRefused(words.REFUSALS[type(refusal)]) from refusal
    return {"accepted": accepted.counts["accepted"]}


def tidy_uploads(context: JobContext) -> dict[str, Any]:
    """Give up readings that nobody finished, and drop their files."""
    left = queries.unread_imports(before=context.at - FORGOTTEN_AFTER)
    for offered in left:
        actions.discard_import(import_id=offered.id, by=None, at=context.at)
        uploads.remove(offered.public_id)
    return {"discarded": len(left)}


def _offered(context: JobContext) -> Import:
    offered = queries.import_by_public_id(uuid.UUID(context.payload["import"]))
    if offered is None:
        raise JobRefused(words.IMPORT_GONE)
    return offered


def _discard(offered: Import, context: JobContext) -> None:
    uploads.remove(offered.public_id)
    with transaction():
        actions.give_up(import_id=offered.id, at=context.at)


HANDLERS: dict[str, Handler] = {READ_JOB: read_import, ACCEPT_JOB: accept_import, TIDY_JOB: tidy_uploads}
RECURRING = (Recurring(TIDY_JOB, kind=TIDY_JOB, timing=DailyAt(hour=4, minute=10)),)

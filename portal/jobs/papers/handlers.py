"""Printing in the worker: one document, one job; what fails fails alone, with its reason."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.database import end_reads
from portal.documents.rendering import DocumentRefused
from portal.jobs.papers import actions, rules
from portal.jobs.papers.rules import Made
from portal.jobs.rules import DailyAt, JobRefused, Recurring
from portal.jobs.work import Handler, JobContext, handles


def printer(*, title: LazyString, make: Callable[[JobContext], Made]) -> Handler:
    """The handler of a kind of paper. `make` reads and prints, outside of any transaction."""

    @handles(title=title, in_chunks=True, result_url=_its_page)
    def print_paper(context: JobContext) -> None:
        try:
            made = make(context)
        except DocumentRefused as refusal:
            raise JobRefused(
                _l("This document could not be printed: it is larger or stranger than a document may be.")
            ) from refusal
        finally:
            end_reads()
        with context.last_chunk() as result:
            paper = actions.keep_paper(
                made=made, job_id=context.job_public_id, owner_id=context.owner_id or 0, at=context.at
            )
            result["paper"] = str(paper.public_id)

    return print_paper


def tidy(context: JobContext) -> dict[str, Any]:
    """Throw away what was kept long enough."""
    return {"thrown_away": actions.throw_away(at=context.at)}


def _its_page(_payload: Mapping[str, Any], result: Mapping[str, Any] | None) -> str | None:
    return url_for("papers.paper", public_id=result["paper"]) if result else None


HANDLERS: dict[str, Handler] = {rules.TIDY_JOB: tidy}
RECURRING = (Recurring(rules.TIDY_JOB, kind=rules.TIDY_JOB, timing=DailyAt(hour=3, minute=50)),)

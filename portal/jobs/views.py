"""The page of a job: queued, n of m, done; it can be left, come back to, and cancelled."""

import uuid
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.jobs import access, actions, queries, rules, words, work
from portal.jobs.models import Job, JobState
from portal.web.gate import allow, signed_in, visitor
from portal.web.paging import DEFAULT_SIZE, decode_key, first_url, next_url
from portal.web.registries import registries

blueprint = Blueprint("jobs", __name__, url_prefix="/jobs")


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its page shows it, finished."""

    job: Job
    title: str
    said: str
    progress: str
    state: str
    tag: str
    result_url: str | None


@blueprint.get("")
@allow(signed_in)
def list_jobs() -> str:
    """The visitor's own jobs; everybody's for the administrator."""
    key, zone = decode_key(request.args.get("after"), int), registries().house_zone()
    page = queries.jobs_of(
        owner_id=access.reach(visitor()), before_id=key[0] if key else None, limit=DEFAULT_SIZE
    )
    return render_template(
        "jobs/list.html",
        rows=[_shown(job, zone) for job in page.rows],
        at=clock.now(),
        zone=zone,
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/<uuid:public_id>")
@allow(signed_in)
def job_page(public_id: uuid.UUID) -> str:
    job, zone = _job(public_id), registries().house_zone()
    may_try_again = access.administrator(visitor()) and job.state == JobState.FAILED
    return render_template(
        "jobs/job.html",
        shown=_shown(job, zone),
        at=clock.now(),
        zone=zone,
        may_try_again=may_try_again,
    )


@blueprint.post("/<uuid:public_id>/cancellation")
@allow(signed_in)
def cancel(public_id: uuid.UUID) -> Response:
    with transaction():
        job, at = _job(public_id), clock.now()
        try:
            state = actions.cancel(job=job, at=at)
        except rules.JobAlreadyEnded:
            flash(_("It had ended before you cancelled it."), "warn")
        else:
            if is_ended := state == JobState.CANCELLED:
                work.note_cancelled(kind=job.kind, payload=job.payload, at=at)
            flash(_("Cancelled.") if is_ended else _("It stops after the part it is at."), "ok")
    return redirect(url_for("jobs.job_page", public_id=public_id))


@blueprint.post("/<uuid:public_id>/another-try")
@allow(access.administrator)
def try_again(public_id: uuid.UUID) -> Response:
    with transaction():
        try:
            actions.try_again(job=_job(public_id), at=clock.now())
        except rules.JobAlreadyEnded:
            flash(_("It has not failed; there is nothing to try again."), "warn")
    return redirect(url_for("jobs.job_page", public_id=public_id))


def _job(public_id: uuid.UUID) -> Job:
    job = queries.job_for(owner_id=access.reach(visitor()), public_id=public_id)
    return job or abort(404)


def _shown(job: Job, zone: str) -> JobView:
    traits = work.traits(job.kind)
    is_done = job.state == JobState.DONE
    return JobView(
        job=job,
        title=str(traits.title or words.BACKGROUND_WORK),
        said=words.said(job, at=clock.now(), zone=zone),
        progress=words.progress(job),
        state=str(words.STATES[job.state]),
        tag=words.TAGS[job.state],
        result_url=traits.result_url(job.payload, job.result) if is_done and traits.result_url else None,
    )

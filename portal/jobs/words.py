"""What the job page says."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.jobs.models import Job, JobState
from portal.web.formats import ago, count
from portal.web.pages import locale_code
from portal.web.texts import in_language

BACKGROUND_WORK = _l("Background work")

STATES: dict[JobState, LazyString] = {
    JobState.QUEUED: _l("Queued"),
    JobState.RUNNING: _l("In progress"),
    JobState.DONE: _l("Done"),
    JobState.FAILED: _l("Failed"),
    JobState.CANCELLED: _l("Cancelled"),
}
TAGS = {
    JobState.QUEUED: "",
    JobState.RUNNING: "brass",
    JobState.DONE: "ok",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "",
}
"""The kind of tag beside each state; the word is always there too."""


def said(job: Job, *, at: datetime, zone: str) -> str:
    """One sentence: how the job stands."""
    match job.state:
        case JobState.QUEUED:
            return _said_queued(job, at, zone)
        case JobState.RUNNING:
            return _said_running(job)
        case JobState.DONE:
            return _("Done.")
        case JobState.FAILED:
            if job.refusal:
                return in_language(job.refusal, locale_code())
            return _("It could not be finished. The fault is ours and has been recorded.")
        case JobState.CANCELLED:
            return _("Cancelled. What was finished before stays.") if job.done else _("Cancelled.")


def progress(job: Job) -> str:
    """How far: 120 of 600; nothing while that is not known."""
    if not job.total:
        return ""
    return _("%(done)s of %(total)s", done=count(job.done), total=count(job.total))


def _said_queued(job: Job, at: datetime, zone: str) -> str:
    if job.error:
        return _("The last try failed; the next one begins %(when)s.", when=ago(job.run_at, at, zone))
    if job.run_at > at:
        return _("Begins %(when)s.", when=ago(job.run_at, at, zone))
    return _("Waits for its turn.")


def _said_running(job: Job) -> str:
    return _("Stops after the part it is at.") if job.cancel_requested_at is not None else _("At work.")

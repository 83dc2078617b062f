"""My day, my log, the events behind my score, and the rules page for all staff."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from portal import clock
from portal.audit import actions as audit
from portal.clock import local_date, local_midnight
from portal.database import transaction
from portal.documents import exports, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.staff.contests import access as contests_access
from portal.staff.contests import queries as contests
from portal.staff.contests import words as contest_words
from portal.staff.day import access, queries
from portal.staff.desk import queries as desk
from portal.staff.desk.models import LoggedService
from portal.staff.motivation import queries as motivation
from portal.staff.motivation import words
from portal.surveys.answers import queries as answers
from portal.web import formats
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.paging import Page, every_row, first_url, next_url
from portal.web.registries import NavigationLink
from portal.web.texts import in_language

blueprint = Blueprint("day", __name__, url_prefix="/staff")
THANKS_SHOWN = 6
ROWS_AT_ONCE = 1_000


@blueprint.get("/me")
@allow(contests_access.works_here)
def me() -> str:
    """What I logged, who thanked me, my score and why."""
    at, zone, person_id = clock.now(), hotel.house_zone(), visitor().person_id or 0
    since = local_midnight(local_date(at, zone), zone)
    found = motivation.scores([person_id], at=at)[person_id]
    return render_template(
        "staff/day/me.html",
        found=found.value,
        sentences=words.sentences(found),
        words=words,
        logged=queries.logged_by(person_id, limit=5).rows,
        logged_today=desk.logged_since(person_id, since=since),
        thanks=answers.compliments_to(person_id, limit=THANKS_SHOWN),
        lately=queries.lately([person_id], since=at - queries.LATELY)[person_id],
        months=motivation.months(person_id, at=at, zone=zone),
        zone=zone,
    )


@blueprint.get("/me/log")
@allow(contests_access.works_here)
def log() -> str:
    """Everything I logged, by day."""
    zone, chosen = hotel.house_zone(), _day()
    page = _logged(zone, chosen, request.args.get("after"))
    shown = render_template(
        "staff/day/log.html",
        rows=page.rows, chosen=chosen, zone=zone, next_url=next_url(page), first_url=first_url(),
        exports=exports.urls("day.log_file"),
    )  # fmt: skip
    _record_looks(page.rows)
    return shown


@blueprint.get("/me/log.<any(csv, xlsx):form>")
@allow(contests_access.works_here)
def log_file(form: str) -> Response:
    """The same entries as a file."""
    zone, chosen = hotel.house_zone(), _day()
    # Before the answer leaves: what streams cannot write.
    _record_looks(list(every_row(lambda after: _logged(zone, chosen, after, ROWS_AT_ONCE))))
    found = every_row(lambda after: _logged(zone, chosen, after, ROWS_AT_ONCE))
    header = [_("Service"), _("For"), _("Guest"), _("Quantity"), _("When"), _("Undone")]
    rows: Iterator[list[tables.Cell]] = (
        [
            in_language(entry.service.name, locale_code()), entry.account.name,
            entry.card.holder.name if entry.card else "", entry.quantity, exports.local(entry.done_at, zone),
            exports.local(entry.undone_at, zone) if entry.undone_at else None,
        ]
        for entry in found
    )  # fmt: skip
    said = [f"{_('Day')}: {formats.day(chosen)}"] if chosen else []
    return exports.answer(Export("log", _("What I logged"), header, rows, said), form)


@blueprint.get("/me/contributions")
@allow(contests_access.works_here)
def events() -> str:
    """The events behind my score; guests' ratings only where nobody is told by them."""
    person_id, at = visitor().person_id or 0, clock.now()
    listed = motivation.listed(person_id, at=at, after=request.args.get("after"), by_id=person_id)
    return render_template(
        "staff/day/events.html",
        listed=listed,
        contests=contests.contests_of([one.id for one in listed.page.rows], by_id=person_id),
        about_me=contests.about(person_id),
        viewer_id=person_id,
        words=contest_words,
        next_url=next_url(listed.page),
        first_url=first_url(),
    )


@blueprint.get("/score")
@allow(access.works_for_the_house)
def rules() -> str:
    """How the score is made, for all staff to read."""
    held = motivation.standards(clock.now().date())
    return render_template("staff/day/rules.html", paragraphs=words.rules(held), version=held.version)


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The employee's way to their own page."""
    if not contests_access.works_here(asking):
        return []
    return [NavigationLink("day.me", _("My day"), 20, ("day.",))]


def home(asking: Visitor) -> str | None:
    """An employee without a desk begins with their day."""
    return "day.me" if contests_access.works_here(asking) else None


def _day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _logged(
    zone: str, chosen: date | None, after: str | None, limit: int = queries.PAGE_SIZE
) -> Page[LoggedService]:
    """What the visitor logged on a day, or ever."""
    since = local_midnight(chosen, zone) if chosen else None
    until = local_midnight(chosen + timedelta(days=1), zone) if chosen else None
    return queries.logged_by(visitor().person_id or 0, since=since, until=until, after=after, limit=limit)


def _record_looks(entries: Sequence[LoggedService]) -> None:
    """Guests can read who looked at what was done for them."""
    holders = [entry.card.holder_id for entry in entries if entry.card is not None]
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=holders, page="day.log", at=clock.now())

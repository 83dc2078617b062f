"""The team, by name and never by score; and one member's page, a part of what that member sees."""

import uuid

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from portal import clock
from portal.audit import actions as audit
from portal.database import transaction
from portal.people.models import Person
from portal.staff.contests import access
from portal.staff.contests import queries as contests
from portal.staff.contests import words as contest_words
from portal.staff.day import queries as days
from portal.staff.motivation import queries as motivation
from portal.staff.motivation import words
from portal.surveys.answers import queries as answers
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink

blueprint = Blueprint("team", __name__, url_prefix="/staff/team")
THANKS_SHOWN = 6


@blueprint.get("")
@allow(access.leads)
def team() -> str:
    """Who was thanked, what was logged, what waits; in the order of names."""
    reach, at = access.team_of(visitor()), clock.now()
    listed = contests.people(reach, after=request.args.get("after"))
    ids = [person.id for person in listed.rows]
    scores = motivation.scores(ids, at=at)
    waiting = contests.open_by_person(person_ids=reach)
    lately = days.lately(ids, since=at - days.LATELY)
    page = render_template(
        "staff/team/team.html",
        rows=[
            (person, words.word(scores[person.id].value), lately[person.id], waiting.get(person.id, 0))
            for person in listed.rows
        ],
        waiting=sum(waiting.values()),
        thanked=days.thanks_since(reach, since=at - days.LATELY),
        next_url=next_url(listed),
        first_url=first_url(),
    )
    _record(ids, "team")
    return page


@blueprint.get("/<uuid:person_id>")
@allow(access.leads)
def member(person_id: uuid.UUID) -> str:
    """One member: the same score, components and thanks that the member sees, and no more."""
    person = _person(person_id)
    found = motivation.scores([person.id], at=clock.now())[person.id]
    page = render_template(
        "staff/team/member.html",
        person=person,
        found=found.value,
        sentences=words.sentences(found),
        words=words,
        version=found.version,
        thanks=answers.compliments_to(person.id, limit=THANKS_SHOWN),
        contests=contests.open_contests(person_ids=access.team_of(visitor()).where(Person.id == person.id)),
        contest_words=contest_words,
    )
    _record([person.id], "team.member")
    return page


@blueprint.get("/<uuid:person_id>/contributions")
@allow(access.leads)
def events(person_id: uuid.UUID) -> str:
    """The promises behind a member's score; what single guests said stays between them and the member."""
    person, at = _person(person_id), clock.now()
    viewer_id = visitor().person_id or 0
    listed = motivation.listed(person.id, at=at, after=request.args.get("after"), by_id=viewer_id)
    page = render_template(
        "staff/team/events.html",
        person=person,
        listed=listed,
        contests=contests.contests_of([one.id for one in listed.page.rows], by_id=viewer_id),
        viewer_id=viewer_id,
        words=contest_words,
        next_url=next_url(listed.page),
        first_url=first_url(),
    )
    _record([person.id], "team.events")
    return page


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The head's way to the team."""
    return [NavigationLink("team.team", _("My team"), 22, ("team.",))] if access.leads(asking) else []


def home(asking: Visitor) -> str | None:
    """The head of a department begins with the team."""
    return "team.team" if asking.has("department_head") else None


def _person(public_id: uuid.UUID) -> Person:
    return contests.one_of(public_id, person_ids=access.team_of(visitor())) or abort(404)


def _record(person_ids: list[int], page: str) -> None:
    viewer_id = visitor().person_id or 0
    with transaction():
        audit.record_sights(viewer_id=viewer_id, subject_ids=person_ids, page=page, at=clock.now())

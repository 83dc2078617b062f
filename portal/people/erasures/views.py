"""Asking to be forgotten, and the administrator's answer."""

import uuid

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import actions as audit
from portal.database import transaction
from portal.jobs import queries as jobs
from portal.jobs.models import Job
from portal.people import access, rules, words
from portal.people import queries as people
from portal.people.erasures import actions, queries
from portal.people.erasures.forms import AskForm, CarryOutForm, NoteForm, RefuseForm
from portal.people.erasures.models import Erasure, Outcome
from portal.people.erasures.rules import ErasureRefused, due_at
from portal.people.erasures.words import CHANNELS, GROUNDS, OUTCOMES, REFUSALS
from portal.people.models import Person
from portal.people.roles import queries as roles
from portal.people.roles.rules import RoleRefused
from portal.people.words import ROLE_NAMES
from portal.web.gate import Visitor, allow, signed_in
from portal.web.limits import is_refused, limiter
from portal.web.paging import first_url, next_url
from portal.web.registries import Waiting, registries

blueprint = Blueprint("erasures", __name__)

UNPROCESSABLE = 422
LIST_SIGHT = "people.erasures"
SIGHT = "people.erasure"


@blueprint.route("/me/erasure", methods=["GET", "POST"])
@allow(signed_in)
@limiter.limit("10 per 15 minutes", methods=["POST"], deduct_when=is_refused)
def mine() -> Response | tuple[str, int]:
    """What would go and what would stay; the password asks for it."""
    me, form = people.person(access.my_id()) or abort(404), AskForm()
    if form.validate_on_submit():
        if rules.is_password(form.current.data or "", stored=me.password_hash):
            with transaction():
                actions.ask(person_id=me.id, at=clock.now())
            flash(_("The hotel has your wish. Until it is settled everything goes on as before."), "ok")
            return redirect(url_for("erasures.mine"))
        form.current.errors = [words.WRONG_PASSWORD]
    last = queries.last_of(me.id)
    page = render_template("people/my_erasure.html", form=form, last=last, **_frame())
    return page, UNPROCESSABLE if form.is_submitted() else 200


@blueprint.post("/me/erasure/withdrawal")
@allow(signed_in)
def withdraw() -> Response:
    try:
        with transaction():
            last = queries.last_of(access.my_id()) or abort(404)
            erasure = queries.locked(last.public_id) or abort(404)
            actions.withdraw(erasure=erasure, by=access.my_id(), at=clock.now())
        flash(_("Your wish is taken back. Everything stays."), "ok")
    except ErasureRefused as refusal:
        flash(str(REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("erasures.mine"))


@blueprint.get("/people/erasures")
@allow(access.administrator)
def erasures() -> str:
    """Who wants to be forgotten, the most urgent first; and what was settled."""
    is_open = "settled" not in request.args
    found = queries.erasures(is_open=is_open, after=request.args.get("after"))
    page = render_template(
        "people/erasures.html", erasures=found, is_open=is_open, open_count=queries.count_open(),
        first_url=first_url(), next_url=next_url(found), **_frame(),
    )  # fmt: skip
    ids = [each.person_id for each in found.rows]
    with transaction():
        audit.record_sights(viewer_id=access.my_id(), subject_ids=ids, page=LIST_SIGHT, at=clock.now())
    return page


@blueprint.get("/people/<uuid:public_id>/erasure")
@allow(access.administrator)
def note(public_id: uuid.UUID) -> Response | str:
    """A wish that came by letter, mail, telephone or in person; or the one that there is already."""
    last = queries.last_of(_person(public_id).id)
    if last is not None and last.outcome in {None, Outcome.ERASED}:
        return redirect(url_for("erasures.erasure", public_id=last.public_id))
    form = NoteForm()
    form.begin(today=clock.local_date(clock.now(), registries().house_zone()))
    return _note_page(public_id, form)


@blueprint.post("/people/<uuid:public_id>/erasure")
@allow(access.administrator)
def note_down(public_id: uuid.UUID) -> Response | tuple[str, int]:
    form, zone = NoteForm(), registries().house_zone()
    if form.validate():
        try:
            with transaction():
                person, by = _person(public_id), access.my_id()
                wish = actions.note_down(person=person, note=form.note(), zone=zone, by=by, at=clock.now())
            flash(_("The wish is noted. Carry it out, or refuse it on a ground of the law."), "ok")
            return redirect(url_for("erasures.erasure", public_id=wish.public_id))
        except ErasureRefused as refusal:
            form.form_errors.append(str(REFUSALS[type(refusal)]))
    return _note_page(public_id, form), UNPROCESSABLE


@blueprint.post("/people/erasures/<uuid:public_id>/withdrawal")
@allow(access.administrator)
def take_back(public_id: uuid.UUID) -> Response:
    """Take back a wish that was noted for somebody: by mistake, or they changed their mind."""
    try:
        with transaction():
            wish = _locked(public_id)
            if wish.noted_by_id is None:
                abort(404)
            actions.withdraw(erasure=wish, by=access.my_id(), at=clock.now())
        flash(_("The wish is taken back. Everything stays."), "ok")
    except ErasureRefused as refusal:
        flash(str(REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("erasures.erasure", public_id=public_id))


@blueprint.get("/people/erasures/<uuid:public_id>")
@allow(access.administrator)
def erasure(public_id: uuid.UUID) -> str:
    """One wish: who, by when, what would go; carry it out, or refuse it on a ground."""
    return _page(public_id, CarryOutForm(), RefuseForm())


@blueprint.post("/people/erasures/<uuid:public_id>/carried-out")
@allow(access.administrator)
def carry_out(public_id: uuid.UUID) -> Response | tuple[str, int]:
    form = CarryOutForm()
    if not form.validate():
        return _page(public_id, form, RefuseForm(formdata=None)), UNPROCESSABLE
    try:
        with transaction():
            actions.carry_out(
                erasure=_locked(public_id), erasers=registries().erasers, by=access.my_id(), at=clock.now()
            )
        flash(_("Access has ended, and nobody finds them now. Their name goes from every text."), "ok")
    except (ErasureRefused, RoleRefused) as refusal:
        flash(str(REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("erasures.erasure", public_id=public_id))


@blueprint.post("/people/erasures/<uuid:public_id>/continuation")
@allow(access.administrator)
def go_on(public_id: uuid.UUID) -> Response:
    """Go on with an erasure whose work was interrupted for good."""
    try:
        with transaction():
            wish = _locked(public_id)
            actions.go_on(erasure=wish, is_at_work=_is_at_work(_job(wish)), by=access.my_id(), at=clock.now())
        flash(_("The work goes on."), "ok")
    except ErasureRefused as refusal:
        flash(str(REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("erasures.erasure", public_id=public_id))


@blueprint.post("/people/erasures/<uuid:public_id>/refusal")
@allow(access.administrator)
def refuse(public_id: uuid.UUID) -> Response | tuple[str, int]:
    form = RefuseForm()
    if not form.validate():
        return _page(public_id, CarryOutForm(formdata=None), form), UNPROCESSABLE
    try:
        with transaction():
            ground, said = form.ground.data, (form.words.data or "").strip()
            actions.refuse(
                erasure=_locked(public_id), ground=ground, said=said, by=access.my_id(), at=clock.now()
            )
        flash(_("Refused. The person has a letter with the ground."), "ok")
    except ErasureRefused as refusal:
        flash(str(REFUSALS[type(refusal)]), "bad")
    return redirect(url_for("erasures.erasure", public_id=public_id))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Wishes to be forgotten, for the administrator's inbox."""
    if not access.administrator(asking):
        return []
    return [
        Waiting(
            title=_("%(name)s wants to be forgotten", name=each.person.name),
            detail=_("Answer within thirty days"),
            url=url_for("erasures.erasure", public_id=each.public_id),
            since=each.asked_at,
        )
        for each in queries.erasures(is_open=True, limit=limit).rows
    ]


def _note_page(public_id: uuid.UUID, form: NoteForm) -> str:
    person = _person(public_id)
    page = render_template(
        "people/note_erasure.html", person=person, form=form, is_mine=person.id == access.my_id()
    )
    with transaction():
        audit.record_sight(viewer_id=access.my_id(), subject_id=person.id, page=SIGHT, at=clock.now())
    return page


def _person(public_id: uuid.UUID) -> Person:
    return roles.person_by_public_id(public_id) or abort(404)


def _job(wish: Erasure) -> Job | None:
    return None if wish.job_id is None else jobs.job_for(owner_id=None, public_id=wish.job_id)


def _is_at_work(job: Job | None) -> bool:
    return job is not None and not job.is_ended


def _page(public_id: uuid.UUID, carry_form: CarryOutForm, refuse_form: RefuseForm) -> str:
    found = queries.erasure(public_id) or abort(404)
    job = _job(found)
    page = render_template(
        "people/erasure.html", erasure=found, carry_form=carry_form, refuse_form=refuse_form,
        form=carry_form if carry_form.errors else refuse_form,
        is_mine=found.person_id == access.my_id(), said_roles=_roles(found.person), job=job,
        is_at_work=_is_at_work(job), **_frame(),
    )  # fmt: skip
    with transaction():
        audit.record_sight(viewer_id=access.my_id(), subject_id=found.person_id, page=SIGHT, at=clock.now())
    return page


def _roles(person: Person) -> str:
    held = dict.fromkeys(grant.role for grant in person.grants if grant.ended_at is None)
    return ", ".join(str(ROLE_NAMES[role]) for role in held)


def _locked(public_id: uuid.UUID) -> Erasure:
    return queries.locked(public_id) or abort(404)


def _frame() -> dict[str, object]:
    return {
        "now": clock.now(),
        "zone": registries().house_zone(),
        "due_at": due_at,
        "grounds": GROUNDS,
        "channels": CHANNELS,
        "outcomes": OUTCOMES,
        "role_names": ROLE_NAMES,
    }

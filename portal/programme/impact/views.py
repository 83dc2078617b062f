"""Impact letters: read in both languages, approved or struck out, seen on their way."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme.impact import access, actions, emails, queries, words
from portal.programme.impact.models import ImpactLetter, ImpactState
from portal.programme.impact.queries import VersionLetters
from portal.programme.rehearsal import words as rehearsal_words
from portal.programme.rehearsal.models import Rehearsal
from portal.programme.rules import Refusal
from portal.programme.tabs import views as tabs
from portal.web.formats import count
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink, Waiting

blueprint = Blueprint("impact", __name__, url_prefix="/programme/impact")
PLACE = 35


@blueprint.get("")
@allow(access.reads_letters)
def list_versions() -> str:
    """The versions of which companies are told."""
    return render_template(
        "programme/impact/versions.html",
        programme_tabs=tabs.bar(),
        versions=queries.versions(),
        words=words,
        states=ImpactState,
    )


@blueprint.get("/<int(max=999999999):number>")
@allow(access.reads_letters)
def letters(number: int) -> str:
    """The letters of one version, with what each of them tells."""
    found = _version(number)
    state = _state(request.args.get("state", ""))
    page = queries.letters(number, state, after=request.args.get("after"))
    return render_template(
        "programme/impact/letters.html",
        programme_tabs=tabs.bar(),
        found=found,
        rows=page.rows,
        choices=_choices(found, state),
        words=words,
        rehearsals=rehearsal_words,
        held=found.counts[ImpactState.HELD],
        may_decide=access.decides_letters(visitor()),
        zone=hotel.house_zone(),
        today=_today(),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.post("/<int(max=999999999):number>/approval")
@allow(access.decides_letters)
def approve_all(number: int) -> Response:
    """Let every letter go that is still held."""
    _version(number)
    try:
        with transaction():
            done = actions.approve_all(number=number, by=visitor().person_id or 0, at=clock.now())
        said = ngettext("%(count)s letter approved.", "%(count)s letters approved.", done, count=count(done))
        flash(said, "ok")
    except Refusal as refusal:
        flash(words.refusal(refusal), "warn")
    return redirect(url_for("impact.letters", number=number))


@blueprint.get("/letters/<uuid:public_id>")
@allow(access.reads_letters)
def letter(public_id: uuid.UUID) -> str:
    """One letter as it will be, in every language of the portal."""
    found = _letter(public_id)
    rehearsal = queries.rehearsal_of(found)
    return render_template(
        "programme/impact/letter.html",
        programme_tabs=tabs.bar(),
        letter=found,
        rehearsal=rehearsal,
        previews=_previews(found, rehearsal),
        words=words,
        may_decide=access.decides_letters(visitor()),
        states=ImpactState,
        zone=hotel.house_zone(),
        today=_today(),
    )


@blueprint.post("/letters/<uuid:public_id>/approval")
@allow(access.decides_letters)
def approve(public_id: uuid.UUID) -> Response:
    """Let one letter go."""
    try:
        with transaction():
            actions.approve(letter=_letter(public_id), by=visitor().person_id or 0, at=clock.now())
        flash(_("Approved. It leaves as soon as the contact budget allows."), "ok")
    except Refusal as refusal:
        flash(words.refusal(refusal), "warn")
    return redirect(url_for("impact.letter", public_id=public_id))


@blueprint.post("/letters/<uuid:public_id>/strike")
@allow(access.decides_letters)
def strike_out(public_id: uuid.UUID) -> Response:
    """Keep one letter from being sent."""
    try:
        with transaction():
            actions.strike_out(letter=_letter(public_id), by=visitor().person_id or 0, at=clock.now())
        flash(_("Struck out. This company is not written to."), "ok")
    except Refusal as refusal:
        flash(words.refusal(refusal), "warn")
    return redirect(url_for("impact.letter", public_id=public_id))


def tab(asking: Visitor) -> NavigationLink | None:
    """The letters among the pages of the programme."""
    if not access.reads_letters(asking):
        return None
    return NavigationLink("impact.list_versions", _("Impact letters"), PLACE, ("impact.",))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Letters that somebody must decide."""
    if not access.decides_letters(asking):
        return []
    return [
        Waiting(
            title=words.finding(found),
            detail=words.about(found),
            url=url_for("impact.letters", number=found.number, state=ImpactState.HELD.value),
            since=found.drafted_at,
        )
        for found in queries.versions()[:limit]
        if found.counts[ImpactState.HELD] and found.effective_from > _today()
    ]


def _today() -> date:
    return clock.local_date(clock.now(), hotel.house_zone())


def _version(number: int) -> VersionLetters:
    found = queries.versions(number)
    return found[0] if found else abort(404)


def _letter(public_id: uuid.UUID) -> ImpactLetter:
    return queries.letter_for(public_id) or abort(404)


def _previews(found: ImpactLetter, rehearsal: Rehearsal) -> list[tuple[str, str, dict[str, str]]]:
    return [
        (locale, str(name), emails.preview(letter=found, rehearsal=rehearsal, locale=locale))
        for locale, name in words.LANGUAGES.items()
        if locale in current_app.config["LANGUAGES"]
    ]


def _state(text: str) -> ImpactState | None:
    # What is not one of ours in the address is as good as absent.
    return ImpactState(text) if text in ImpactState.__members__.values() else None


def _choices(found: VersionLetters, current: ImpactState | None) -> list[dict[str, Any]]:
    url = url_for("impact.letters", number=found.number)
    every = {"url": url, "label": _("All"), "count": found.total, "current": current is None}
    return [every] + [
        {
            "url": url_for("impact.letters", number=found.number, state=state.value),
            "label": label,
            "count": found.counts[state],
            "current": current is state,
        }
        for state, label in words.STATES.items()
    ]

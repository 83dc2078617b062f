"""Drafts of the rules: the list, one draft with what it changes, and its sections."""

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.clock import local_date
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.comparison import words as comparison
from portal.programme.comparison.rules import KEYS, Change, differences
from portal.programme.drafts import access, actions, forms, queries, rules, words
from portal.programme.drafts.forms import SectionForm
from portal.programme.drafts.models import DraftState, ProgrammeDraft
from portal.programme.improvement.rules import losses
from portal.programme.rules import Refusal, Rules
from portal.programme.schemes import words as schemes
from portal.programme.schemes.rules import scheme_of
from portal.programme.tabs import views as tabs
from portal.programme.terms.rules import Names
from portal.programme.words import lazily
from portal.web.gate import Visitor, allow, visitor
from portal.web.paging import first_url, next_url
from portal.web.registries import NavigationLink
from portal.web.texts import in_language

blueprint = Blueprint("drafts", __name__, url_prefix="/programme/drafts")

Answered = str | Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.route("", methods=["GET"])
@allow(access.reads_rules)
def drafts() -> str:
    """All drafts, and the way to a new one."""
    return _list(_begin_form(request.args.get("start")))


@blueprint.post("")
@allow(access.edits_rules)
def begin() -> Answered:
    """Begin a draft from the last version, from a classic scheme or from a withdrawn version."""
    form = _begin_form()
    if not form.validate_on_submit():
        return _list(form), UNPROCESSABLE
    with transaction():
        made = actions.begin(
            name=(form.name.data or "").strip(), start=form.start.data, by_id=_me(), at=clock.now()
        )
    flash(_("Begun. Nothing counts before two people publish it."), "ok")
    return redirect(url_for("drafts.draft", draft_id=made.public_id))


@blueprint.get("/<uuid:draft_id>")
@allow(access.reads_rules)
def draft(draft_id: uuid.UUID) -> str:
    """One draft: its sections, what it changes, and its history."""
    found = _found(draft_id)
    held = queries.rules_of(found)
    frame = _frame(found, held)
    changes = differences(frame["previous"], held)
    return render_template(
        "programme/drafts/draft.html",
        **frame,
        held=held,
        scheme=schemes.SCHEMES[scheme_of(held)],
        changes=_told(changes),
        counts=_counts(changes),
        history=_history(found),
        **_losses(frame["previous"], held),
    )


@blueprint.route("/<uuid:draft_id>/<section>", methods=["GET", "POST"])
@allow(access.edits_rules)
def section(draft_id: uuid.UUID, section: str) -> Answered:
    """One section of a draft, to be edited."""
    found = _found(draft_id) if section in rules.SECTIONS else abort(404)
    if request.method == "GET" and found.state != DraftState.OPEN:
        return redirect(url_for("drafts.draft", draft_id=draft_id))
    held = queries.rules_of(found)
    form = forms.filled(section, held, found.revision)
    form.offer_hotels(_hotels())
    if form.validate_on_submit():
        try:
            _save(found, form, held)
            flash(_("Saved."), "ok")
            return redirect(url_for("drafts.section", draft_id=draft_id, section=section))
        except Refusal as refusal:
            form.refuse(refusal)
    page = _section_page(found, section, form, held)
    return (page, UNPROCESSABLE) if form.is_submitted() else page


@blueprint.post("/<uuid:draft_id>/added-tiers")
@allow(access.edits_rules)
def add_tier(draft_id: uuid.UUID) -> Answered:
    """Put one tier more into a draft."""
    found, adding = _found(draft_id), forms.AddTierForm()
    held = queries.rules_of(found)
    if adding.offer(held, found.revision).validate():
        try:
            _add_tier(found, adding)
            flash(_("Added, with the numbers of the tier below. Now give it its own."), "ok")
            return redirect(url_for("drafts.section", draft_id=draft_id, section=rules.TIERS))
        except Refusal as refusal:
            adding.refuse(refusal)
    form = forms.filled(rules.TIERS, held, found.revision, is_sent=False)
    return _section_page(found, rules.TIERS, form, held, adding), UNPROCESSABLE


@blueprint.post("/<uuid:draft_id>/removed-tiers/<code>")
@allow(access.edits_rules)
def remove_tier(draft_id: uuid.UUID, code: str) -> Response:
    """Take a tier out of a draft."""
    found, seen = _found(draft_id), forms.RemoveTierForm().revision.data or 0
    if code not in queries.rules_of(found).codes:
        abort(404)
    try:
        with transaction():
            actions.remove_tier(draft=found, seen_revision=seen, code=code, by_id=_me(), at=clock.now())
        flash(_("Removed."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("drafts.section", draft_id=draft_id, section=rules.TIERS))


@blueprint.post("/<uuid:draft_id>/withdrawal")
@allow(access.edits_rules)
def withdraw(draft_id: uuid.UUID) -> Response:
    """Put a draft away."""
    try:
        with transaction():
            actions.withdraw(draft=_found(draft_id), by_id=_me(), at=clock.now())
        flash(_("Withdrawn. It can still be read."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("drafts.draft", draft_id=draft_id))


def tab(asking: Visitor) -> NavigationLink | None:
    """The tab of drafts among the pages of the programme."""
    if not access.reads_rules(asking):
        return None
    return NavigationLink("drafts.drafts", _("Drafts"), 12, ("drafts.", "publication.publication"))


def _me() -> int:
    return visitor().person_id or abort(403)


def _found(draft_id: uuid.UUID) -> ProgrammeDraft:
    return queries.draft(draft_id) or abort(404)


def _today() -> date:
    return local_date(clock.now(), hotel.house_zone())


def _in_force() -> Rules:
    return programme.rules_in_force(_today())


def _hotels() -> list[tuple[str, str]]:
    language = str(get_locale())
    return [(one.code, in_language(one.name, language)) for one in hotel.properties()]


def _begin_form(start: str | None = None) -> forms.BeginForm:
    return forms.BeginForm().offer(programme.withdrawn_rules(), start)


def _list(form: forms.BeginForm) -> str:
    page = queries.drafts(after=request.args.get("after"))
    return render_template(
        "programme/drafts/list.html",
        form=form,
        may_edit=access.edits_rules(visitor()),
        in_force=_in_force(),
        about=schemes.ABOUT,
        now=clock.now(),
        drafts=page.rows,
        words=words,
        programme_tabs=tabs.bar(),
        first_url=first_url(),
        next_url=next_url(page),
    )


def _save(found: ProgrammeDraft, form: SectionForm, held: Rules) -> None:
    changed = form.applied(held)
    with transaction():
        actions.save(
            draft=found,
            seen_revision=form.revision.data or 0,
            section=form.section,
            changed=changed,
            by_id=_me(),
            at=clock.now(),
        )


def _add_tier(found: ProgrammeDraft, form: forms.AddTierForm) -> None:
    name = Names((form.en.data or "").strip(), (form.ru.data or "").strip())
    with transaction():
        actions.add_tier(
            draft=found,
            seen_revision=form.revision.data or 0,
            name=name,
            above=form.above.data,
            by_id=_me(),
            at=clock.now(),
        )


def _frame(found: ProgrammeDraft, held: Rules) -> dict[str, Any]:
    return {
        "draft": found,
        "words": words,
        "previous": rules.before(programme.all_rules(), held),
        "may_edit": access.edits_rules(visitor()) and found.state == DraftState.OPEN,
        "programme_tabs": tabs.bar(),
        "zone": hotel.house_zone(),
    }


def _section_page(
    found: ProgrammeDraft,
    section: str,
    form: SectionForm,
    held: Rules,
    adding: forms.AddTierForm | None = None,
) -> str:
    frame = _frame(found, held)
    changes = [
        change for change in differences(frame["previous"], held) if change.part in rules.SECTIONS[section]
    ]
    names = list(rules.SECTIONS)
    place = names.index(section)
    return render_template(
        "programme/drafts/section.html",
        **frame,
        form=form,
        section=section,
        parts=rules.SECTIONS[section],
        tiers=[str(lazily(tier.called)) for tier in held.tiers],
        adding=_adding(found, held, adding) if section == rules.TIERS else None,
        codes=held.codes,
        changes=_told(changes),
        marks=_marks(changes, held),
        next_section=names[place + 1] if place + 1 < len(names) else None,
    )


def _adding(found: ProgrammeDraft, held: Rules, sent: forms.AddTierForm | None) -> forms.AddTierForm | None:
    """The form of one tier more; none where there are as many as there may be."""
    if len(held.tiers) >= rules.MOST_TIERS:
        return None
    return sent or forms.AddTierForm(formdata=None).offer(held, found.revision)


def _told(changes: list[Change]) -> list[tuple[str, str, str]]:
    return [(comparison.label(one), comparison.before(one), comparison.after(one)) for one in changes]


def _losses(previous: Rules, held: Rules) -> dict[str, Any]:
    """What somebody could lose by, and what follows from it for the day of effect."""
    return {
        "losses": [words.loss(one, previous) for one in losses(previous, held)],
        "notice_days": rules.promised_days(programme.all_rules(), previous, _today()),
        "taxes": previous.vat != held.vat,
    }


def _counts(changes: list[Change]) -> dict[str, int]:
    return {name: sum(change.part in parts for change in changes) for name, parts in rules.SECTIONS.items()}


def _marks(changes: list[Change], held: Rules) -> dict[str, str]:
    """What the version before it says, by the name that a changed field has in the form."""
    plain: dict[str, Any] = held.to_json()
    marks = {}
    for change in changes:
        if not change.field:
            continue
        name = change.part
        if change.part in KEYS:
            keys = [tuple(line[key] for key in KEYS[change.part]) for line in plain[change.part]]
            name += f"-{keys.index(change.line)}"
        marks[f"{name}-{change.field}" if name != change.field else name] = comparison.before(change)
    return marks


def _history(found: ProgrammeDraft) -> list[tuple[Any, str, str]]:
    """What was saved and done, the latest first: when, what, by whom."""
    saved = [(row.at, str(words.SECTIONS[row.section]), row.by.name) for row in queries.revisions_of(found)]
    done = [
        (act.at, f"{words.ACTS[act.act]}{': ' if act.note else ''}{act.note}", act.by.name)
        for act in queries.acts_of(found)
    ]
    return sorted([*saved, *done], key=lambda row: row[0], reverse=True)

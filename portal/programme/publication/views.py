"""Publishing a draft, and the versions that were published: on the hotel's side and on the client's."""

import uuid
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.clock import local_date
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.programme import access as programme_access
from portal.programme import queries as programme
from portal.programme.comparison import words as comparison
from portal.programme.comparison.rules import differences
from portal.programme.drafts import queries as drafts
from portal.programme.drafts import words as draft_words
from portal.programme.drafts.models import DraftState, ProgrammeDraft
from portal.programme.drafts.rules import before, start_of
from portal.programme.models import ProgrammeVersion, WithdrawalOutcome
from portal.programme.publication import access, actions, queries, rules, words
from portal.programme.publication.forms import DecisionForm, HandBackForm
from portal.programme.rehearsal import queries as rehearsals
from portal.programme.rules import Refusal, Rules, in_force
from portal.programme.schemes import words as schemes
from portal.programme.schemes.rules import scheme_of
from portal.programme.tabs import views as tabs
from portal.programme.withdrawals import access as withdrawal_access
from portal.programme.withdrawals import actions as withdrawal_actions
from portal.programme.withdrawals import queries as withdrawals
from portal.programme.withdrawals import rules as withdrawal_rules
from portal.programme.withdrawals import words as withdrawal_words
from portal.programme.withdrawals.forms import WithdrawalForm, WordForm
from portal.web.gate import Visitor, allow, visitor
from portal.web.registries import NavigationLink, Waiting

blueprint = Blueprint("publication", __name__, url_prefix="/programme")

Answered = str | Response | tuple[str, int]
UNPROCESSABLE = 422


@blueprint.get("/drafts/<uuid:draft_id>/publication")
@allow(access.reads_versions)
def publication(draft_id: uuid.UUID) -> str:
    """What stands between a draft and its publication, and who may take the next step."""
    return _publication_page(_found(draft_id), HandBackForm())


@blueprint.post("/drafts/<uuid:draft_id>/submission")
@allow(access.submits_drafts)
def submit(draft_id: uuid.UUID) -> Response:
    """Ask a second person to publish."""
    seen = DecisionForm().revision.data or 0
    try:
        with transaction():
            actions.submit(draft=_found(draft_id), seen_revision=seen, by_id=_me(), at=clock.now())
        flash(_("Submitted. Somebody else publishes it, or hands it back."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("publication.publication", draft_id=draft_id))


@blueprint.post("/drafts/<uuid:draft_id>/approval")
@allow(access.approves_drafts)
def approve(draft_id: uuid.UUID) -> Response:
    """Publish what somebody else submitted."""
    seen = DecisionForm().revision.data or 0
    try:
        with transaction():
            version = actions.publish(draft=_found(draft_id), seen_revision=seen, by_id=_me(), at=clock.now())
        flash(_("Version %(number)s is published.", number=version.number), "ok")
        return redirect(url_for("publication.version", number=version.number))
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("publication.publication", draft_id=draft_id))


@blueprint.post("/drafts/<uuid:draft_id>/return")
@allow(access.approves_drafts)
def hand_back(draft_id: uuid.UUID) -> Answered:
    """Hand a submitted draft back, and say why."""
    form, found = HandBackForm(), _found(draft_id)
    if not form.validate_on_submit():
        return _publication_page(found, form), UNPROCESSABLE
    seen, note = form.revision.data or 0, (form.note.data or "").strip()
    try:
        with transaction():
            actions.hand_back(draft=found, seen_revision=seen, note=note, by_id=_me(), at=clock.now())
        flash(_("Handed back. It can be edited again."), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("publication.publication", draft_id=draft_id))


@blueprint.get("/versions")
@allow(access.reads_versions)
def versions() -> str:
    """Every version of the rules, the latest first."""
    rows = queries.versions()
    return render_template(
        "programme/publication/versions.html",
        versions=rows,
        published=queries.publications(),
        withdrawn=withdrawals.withdrawn_ids(),
        in_force=in_force(programme.all_rules(), _today()),
        today=_today(),
        programme_tabs=tabs.bar(),
    )


@blueprint.get("/versions/<int(max=999999999):number>")
@allow(access.reads_versions)
def version(number: int) -> str:
    """One version as it was published, and what it changes against another."""
    return _version_page(number)


@blueprint.post("/versions/<int(max=999999999):number>/withdrawal")
@allow(withdrawal_access.asks_withdrawal)
def ask_withdrawal(number: int) -> Answered:
    """Ask another to agree that a version never begins."""
    form = WithdrawalForm()
    if form.validate_on_submit():
        token, reason = uuid.UUID(form.token.data), (form.reason.data or "").strip()
        try:
            with transaction():
                withdrawal_actions.ask(token=token, number=number, reason=reason, by_id=_me(), at=clock.now())
            flash(_("Asked. Another person has to agree before the version begins."), "warn")
            return redirect(url_for("publication.version", number=number))
        except Refusal as refusal:
            form.form_errors.append(withdrawal_words.refused(refusal))
    return _version_page(number, asked=form), UNPROCESSABLE


@blueprint.post("/versions/<int(max=999999999):number>/withdrawal/decision")
@allow(withdrawal_access.decides_withdrawal)
def decide_withdrawal(number: int) -> Answered:
    """Agree to a withdrawal, keep the version, or take back one's own wish."""
    form, agrees = WordForm(), request.form.get("answer") == "yes"
    if form.validate_on_submit():
        said = (form.words.data or "").strip()
        try:
            with transaction():
                withdrawal_actions.decide(
                    number=number, agrees=agrees, words=said, by_id=_me(), at=clock.now()
                )
            return redirect(url_for("publication.version", number=number))
        except Refusal as refusal:
            form.form_errors.append(withdrawal_words.refused(refusal))
    return _version_page(number, decided=form), UNPROCESSABLE


@blueprint.get("/rules")
@allow(programme_access.reads_points)
def rules_of_programme() -> str:
    """The rules in force as a company reads them, and those that are coming."""
    every, today = programme.all_rules(), _today()
    current = in_force(every, today)
    coming = sorted((one for one in every if one.effective_from > today), key=lambda one: one.effective_from)
    return render_template(
        "programme/publication/programme.html",
        **_told(current, for_clients=True),
        coming=[(one, _changes(before(every, one), one, for_clients=True)) for one in coming],
        withdrawn=withdrawals.withdrawn_after(today),
    )


def tab(asking: Visitor) -> NavigationLink | None:
    """The tab of versions among the pages of the programme."""
    if not access.reads_versions(asking):
        return None
    return NavigationLink("publication.versions", _("Versions"), 14, ("publication.version",))


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """Drafts that the visitor may publish, and versions that others wish to withdraw."""
    if not access.approves_drafts(asking):
        return []
    me, day = asking.person_id or 0, withdrawals.latest_day(clock.now())
    return [
        Waiting(
            title=_("Withdraw version %(number)s, or keep it", number=wish.version.number),
            detail=_("Asked for by %(person)s: %(reason)s", person=wish.by.name, reason=wish.reason),
            url=url_for("publication.version", number=wish.version.number),
            since=wish.asked_at,
        )
        for wish in withdrawals.waiting(not_by=me, day=day, limit=limit)
    ] + [
        Waiting(
            title=_("Publish the rules, or hand them back"),
            detail=_("“%(name)s”, submitted by %(person)s.", name=name, person=person),
            url=url_for("publication.publication", draft_id=public_id),
            since=at,
        )
        for public_id, name, person, at in queries.submitted(not_by=me, limit=limit)
    ]


def _me() -> int:
    return visitor().person_id or abort(403)


def _today() -> Any:
    return local_date(clock.now(), hotel.house_zone())


def _found(draft_id: uuid.UUID) -> ProgrammeDraft:
    return drafts.draft(draft_id) or abort(404)


def _changes(old: Rules, new: Rules, *, for_clients: bool = False) -> list[tuple[str, str, str]]:
    found = differences(old, new)
    if for_clients:
        closed = words.CLOSED[new.doors]
        found = [one for one in found if words.is_public(one.part) and one.field not in closed]
    return [
        (comparison.label(one, new.doors), comparison.before(one), comparison.after(one)) for one in found
    ]


def _told(found: Rules, *, for_clients: bool) -> dict[str, Any]:
    names, rows = words.tier_table(found, for_clients=for_clients)
    return {
        "version": found,
        "scheme": schemes.SCHEMES[scheme_of(found)],
        "tier_names": names,
        "tier_rows": rows,
        "sections": words.sections(found, for_clients=for_clients),
    }


def _version_page(
    number: int, *, asked: WithdrawalForm | None = None, decided: WordForm | None = None
) -> str:
    every = {one.version: one for one in programme.published_rules()}
    found = every.get(number) or abort(404)
    other = every.get(request.args.get("with", number - 1, int))
    row = next(one for one in queries.versions() if one.number == number)
    return render_template(
        "programme/publication/version.html",
        **_told(found, for_clients=False),
        **_withdrawal(row, asked, decided),
        row=row,
        publication=queries.publications().get(row.id),
        other=other,
        taxes=before(programme.all_rules(), found).vat != found.vat,
        others=sorted(set(every) - {number}),
        changes=_changes(other, found) if other is not None else [],
        zone=hotel.house_zone(),
        programme_tabs=tabs.bar(),
    )


def _withdrawal(
    row: ProgrammeVersion, asked: WithdrawalForm | None, decided: WordForm | None
) -> dict[str, Any]:
    """What the page of a version shows of its withdrawal."""
    wishes = withdrawals.withdrawals_of(row.id)
    waits = next((wish for wish in wishes if wish.outcome is None), None)
    is_withdrawn = any(wish.outcome == WithdrawalOutcome.AGREED for wish in wishes)
    is_ahead = withdrawal_rules.is_withdrawable(
        versions=programme.all_rules(), number=row.number, today=withdrawals.latest_day(clock.now())
    )
    may_decide = waits is not None and withdrawal_access.decides_withdrawal(visitor())
    return {
        "form": asked or decided,
        "ask_form": asked or WithdrawalForm(),
        "word_form": decided or WordForm(),
        "is_withdrawn": is_withdrawn,
        "again": start_of(row.number) if is_withdrawn and access.submits_drafts(visitor()) else "",
        "history": withdrawal_words.timeline(wishes, hotel.house_zone()),
        "may_withdraw": is_ahead and waits is None and withdrawal_access.asks_withdrawal(visitor()),
        "may_decide": is_ahead and may_decide,
        "is_own_wish": waits is not None and waits.by_id == visitor().person_id,
    }


def _publication_page(found: ProgrammeDraft, form: HandBackForm) -> str:
    every, held = programme.all_rules(), drafts.rules_of(found)
    form.revision.data = found.revision
    authors = {actions.submitter_of(draft=found), *drafts.authors_of(found.id)}
    notice = rules.notice(versions=every, draft=held, today=_today())
    return render_template(
        "programme/publication/publication.html",
        draft=found,
        held=held,
        form=form,
        words=draft_words,
        notice=notice,
        worse=words.worse(notice),
        heirs=words.heirs(before(every, held), held),
        rehearsal=rehearsals.latest_of(found.id, found.revision),
        refused=_refusal(found, held, every),
        publication=queries.publication_of(found.id),
        may_submit=access.submits_drafts(visitor()) and found.state == DraftState.OPEN,
        may_hand_back=access.approves_drafts(visitor()) and found.state == DraftState.SUBMITTED,
        is_author=visitor().person_id in authors,
        programme_tabs=tabs.bar(),
    )


def _refusal(found: ProgrammeDraft, held: Rules, every: list[Rules]) -> str:
    """What a publication today would be refused for; nothing if it could be published."""
    is_rehearsed = rehearsals.is_rehearsed(draft_id=found.id, revision=found.revision)
    try:
        rules.check(versions=every, draft=held, today=_today(), is_rehearsed=is_rehearsed)
    except Refusal as refusal:
        return words.refused(refusal)
    return ""

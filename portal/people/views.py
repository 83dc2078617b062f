"""Signing in and out, and a person's own page."""

import json
import uuid

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.audit import actions as audit
from portal.database import TROUBLES, transaction
from portal.people import access, actions, queries, rules, words
from portal.people.forms import ProfileForm, SignInForm
from portal.web.gate import allow, anyone, signed_in, visitor
from portal.web.headers import forget_kept
from portal.web.limits import is_refused, limiter
from portal.web.paging import first_url, next_url
from portal.web.redirects import back
from portal.web.registries import registries, wishes

blueprint = Blueprint("people", __name__)

UNPROCESSABLE = 422
LAST_LOOKS = 5


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow(anyone)
@limiter.limit("30 per 5 minutes", methods=["POST"], deduct_when=is_refused)
@limiter.limit("10 per 15 minutes", methods=["POST"], key_func=access.address_key, deduct_when=is_refused)
def sign_in() -> Response | tuple[str, int]:
    if visitor().is_signed_in:
        return redirect(back())
    form = SignInForm()
    if form.validate_on_submit():
        try:
            _sign_in(form)
            answer = redirect(back())
            access.remember_device(answer, form.email.data or "")
            return forget_kept(answer)
        except rules.SignInRefused:
            form.form_errors.append(words.SIGN_IN_REFUSED)
    demo = current_app.extensions["demo_sign_ins"]()
    page = render_template("people/sign_in.html", form=form, demo=demo, next=back())
    return page, UNPROCESSABLE if form.is_submitted() else 200


@blueprint.post("/sign-out")
@allow(anyone)
def sign_out() -> Response:
    here = access.signed_in_here()
    if here is not None:
        with transaction():
            actions.end_sign_in(token=here.get_id(), at=clock.now())
    session.clear()
    flash(_("You are signed out."), "ok")
    return forget_kept(redirect(url_for("people.sign_in")))


@blueprint.route("/me", methods=["GET", "POST"])
@allow(signed_in)
def my_profile() -> Response | tuple[str, int]:
    """Name, language, appearance; where one is signed in; who looked."""
    me = queries.person_with_grants(access.my_id()) or abort(404)
    form = ProfileForm(obj=me)
    if not form.validate_on_submit():
        page = render_template(
            "people/my_profile.html",
            form=form,
            me=me,
            here=access.signed_in_here(),
            devices=queries.devices_of(me.id, at=clock.now()),
            looks=queries.looks_at(me.id, limit=LAST_LOOKS),
            **_frame(),
        )
        return page, UNPROCESSABLE if form.is_submitted() else 200
    with transaction():
        entered = {name: form[name].data for name in ("name", "locale", "theme", "shortcuts")}
        actions.change_profile(person_id=me.id, at=clock.now(), **entered)
    with force_locale(form.locale.data):
        flash(_("Saved."), "ok")
    return redirect(url_for("people.my_profile"))


@blueprint.post("/me/devices/<uuid:public_id>/end")
@allow(signed_in)
def end_device(public_id: uuid.UUID) -> Response:
    with transaction():
        device = queries.device_of(access.my_id(), public_id) or abort(404)
        actions.end_device(device=device, by=access.my_id(), at=clock.now())
    flash(_("That device is signed out."), "ok")
    return redirect(url_for("people.my_profile", _anchor="devices"))


@blueprint.post("/me/devices/end")
@allow(signed_in)
def end_other_devices() -> Response:
    here = access.signed_in_here() or abort(403)
    with transaction():
        ended = actions.end_sign_ins(
            person_id=access.my_id(), except_id=here.sign_in_id, by=access.my_id(), at=clock.now()
        )
    text = ngettext("%(num)d other device is signed out.", "%(num)d other devices are signed out.", ended)
    flash(text if ended else _("You were signed in nowhere else."), "ok")
    return redirect(url_for("people.my_profile", _anchor="devices"))


@blueprint.get("/me/looks")
@allow(signed_in)
def my_looks() -> str:
    """Who looked at my data, the latest first."""
    looks = queries.looks_at(access.my_id(), after=request.args.get("after"))
    return render_template(
        "people/my_looks.html", looks=looks, first_url=first_url(), next_url=next_url(looks), **_frame()
    )


@blueprint.get("/me/data")
@allow(signed_in)
def my_data() -> Response:
    """Everything that every room knows about me, as a file."""
    at = clock.now()
    content = {name: provider(access.my_id()) for name, provider in registries().personal_data.items()}
    with transaction():
        me = queries.person(access.my_id()) or abort(404)
        audit.record(
            action="person.export_data", subject_kind="person", subject_id=me.public_id, by=me.id, at=at
        )
    text = json.dumps({"made_at": at.isoformat(), **content}, ensure_ascii=False, indent=2, default=str)
    answer = make_response(text)
    answer.mimetype = "application/json"
    answer.headers["Content-Disposition"] = f'attachment; filename="rapport-my-data-{at:%Y-%m-%d}.json"'
    return answer


@blueprint.after_app_request
def _note_seen(response: Response) -> Response:
    # In a transaction of its own, after the page's reads; a page is not lost over it.
    at = clock.now()
    sign_in_id = access.due_for_note(at)
    if sign_in_id is not None:
        try:
            with transaction():
                actions.note_seen(sign_in_id=sign_in_id, at=at)
        except TROUBLES:
            pass
    return response


def _frame() -> dict[str, object]:
    return {
        "now": clock.now(),
        "zone": registries().house_zone(),
        "role_names": words.ROLE_NAMES,
        "sight_pages": registries().sight_pages,
        "wishes": wishes(visitor()),
    }


def _sign_in(form: SignInForm) -> None:
    person = queries.person_by_address(form.email.data or "")
    stored = person.password_hash if person is not None else None
    is_right = rules.is_password(form.password.data or "", stored=stored)
    if person is None or stored is None or not is_right:
        raise rules.SignInRefused
    with transaction():
        token = actions.start_sign_in(
            person_id=person.id,
            verified_hash=stored,
            device=access.device_here(),
            is_kept=form.is_kept.data,
            at=clock.now(),
        )
    access.begin_session(token, is_kept=form.is_kept.data)

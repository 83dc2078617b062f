"""People of a company from a file: the form, the preview, and taking them over."""

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access
from portal.accounts.models import Account
from portal.corporate.rosters import actions, queries, rules, words
from portal.corporate.rosters.forms import AcceptanceForm, RosterForm, handed_on
from portal.corporate.rosters.rules import Decided, Outcome, Told
from portal.database import transaction
from portal.documents import exports, workbooks
from portal.documents.exports import Export
from portal.programme.rules import Refusal
from portal.stays.files.rules import FileRefused
from portal.web.gate import allow, visitor
from portal.web.limits import UNPROCESSABLE, limiter
from portal.web.pages import locale_code

blueprint = Blueprint("rosters", __name__, url_prefix="/corporate/people/import")

Answer = str | WerkzeugResponse | tuple[str, int]


@blueprint.get("")
@allow(access.administers)
def choose() -> str:
    """Which file, and what stands in it."""
    return _form(RosterForm())


@blueprint.get("/people.<any(csv, xlsx):form>")
@allow(access.administers)
def template_file(form: str) -> Response:
    """A file to fill in, with two rows to be written over."""
    header = [_("Name"), _("E-mail"), _("Roles"), _("Language")]
    rows = [
        ["Alex Morgan", "alex.morgan@example.com", "booker, traveller", "en"],
        ["Анна Орлова", "", "командированный", "ru"],
    ]
    if form == "csv":
        return exports.answer(Export("people-to-add", _("People to add"), header, rows), form)
    content = workbooks.form_bytes(header, rows, title=_("People to add"))
    headers = {"Content-Disposition": 'attachment; filename="people-to-add.xlsx"'}
    return Response(content, mimetype=workbooks.MEDIA_TYPE, headers=headers)


@blueprint.post("")
@allow(access.administers)
@limiter.limit("60 per hour", methods=["POST"])
def preview() -> Answer:
    """What would become of each row; nothing is written."""
    account, form = access.acting_account(visitor()), RosterForm()
    if form.validate_on_submit():
        try:
            read_as, told = actions.read(form.file.data.stream)
            return _preview(account, told, str(words.READ_AS[read_as]), str(uuid.uuid4()))
        except (FileRefused, Refusal) as refusal:
            form.file.errors = [words.refused(refusal)]
    return _form(form), UNPROCESSABLE


@blueprint.post("/acceptance")
@allow(access.administers)
def accept() -> Answer:
    """Invite them, or give them a card."""
    account, form = access.acting_account(visitor()), AcceptanceForm()
    if not form.validate_on_submit():
        again = RosterForm(None)
        again.form_errors.extend({str(error) for errors in form.errors.values() for error in errors})
        return _form(again), UNPROCESSABLE
    with transaction():
        decided = actions.take_over(
            token=uuid.UUID(form.token.data), account=account, rows=form.told(), locale=locale_code(),
            by=visitor().person_id or 0, at=clock.now(),
        )  # fmt: skip
    flash(_said(decided), "ok")
    return redirect(url_for("company_people.people"))


def _form(form: RosterForm) -> str:
    return render_template(
        "corporate/rosters/choose.html", account=access.acting_account(visitor()), form=form,
        templates={each: url_for("rosters.template_file", form=each) for each in exports.FORMS},
    )  # fmt: skip


def _preview(account: Account, told: list[Told], read_as: str, token: str) -> str:
    known = queries.known(account.id, told, at=clock.now())
    decided = rules.decide(told, known=known, locale=locale_code())
    counts = _counts(decided)
    order = list(Outcome)
    return render_template(
        "corporate/rosters/preview.html",
        account=account,
        rows=sorted(decided, key=lambda each: order.index(each.outcome)),
        counts=counts,
        new=counts[Outcome.INVITED] + counts[Outcome.CARD],
        read_as=read_as,
        token=token,
        handed_on=handed_on(told),
        words=words,
    )


def _counts(decided: list[Decided]) -> dict[Outcome, int]:
    return {outcome: sum(each.outcome is outcome for each in decided) for outcome in Outcome}


def _said(decided: list[Decided]) -> str:
    counts = _counts(decided)
    invited, cards = counts[Outcome.INVITED], counts[Outcome.CARD]
    if not invited and not cards:
        return str(_("Nothing was new: nothing has changed."))
    letters = ngettext("%(num)s invitation is on its way", "%(num)s invitations are on their way", invited)
    given = ngettext("%(num)s card was issued", "%(num)s cards were issued", cards)
    return f"{letters}. {given}."

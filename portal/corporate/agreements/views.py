"""The agreement: read and accepted by a company, published by the hotel, and who has accepted it."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as WerkzeugResponse

from portal import clock
from portal.accounts import access as accounts_access
from portal.accounts.models import Account
from portal.clock import local_date
from portal.corporate.agreements import access, actions, queries, rules, words
from portal.corporate.agreements.forms import VersionForm
from portal.corporate.agreements.models import AgreementVersion
from portal.database import transaction
from portal.documents import exports, rendering, tables
from portal.documents.exports import Export
from portal.hotel import queries as hotel
from portal.people.models import Role
from portal.programme import access as programme
from portal.programme.companies import views as companies
from portal.programme.rules import Refusal
from portal.programme.tabs import views as tabs
from portal.web import formats
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, UNPROCESSABLE, limiter
from portal.web.pages import locale_code
from portal.web.paging import every_row, first_url, next_url
from portal.web.registries import NavigationLink, Waiting
from portal.web.texts import in_language

blueprint = Blueprint("agreements", __name__)

ROWS_AT_ONCE = 1_000


@blueprint.get("/corporate/agreement")
@allow(accounts_access.administers)
def own() -> str:
    """The version in force, where the company stands with it, and what it accepted before."""
    account = accounts_access.acting_account(visitor())
    return render_template("corporate/agreements/own.html", **_of_company(account, "agreements.own_paper"))


@blueprint.post("/corporate/agreement/<uuid:version_id>/acceptance")
@allow(accounts_access.administers)
def accept(version_id: uuid.UUID) -> WerkzeugResponse:
    """Accept it for the company acted for."""
    account = accounts_access.acting_account(visitor())
    queries.version_of(version_id) or abort(404)
    try:
        with transaction():
            actions.accept(
                public_id=version_id, account_id=account.id, account=account.public_id,
                locale=locale_code(), by=_me(), at=clock.now(),
            )  # fmt: skip
        flash(_("Accepted for %(company)s.", company=account.name), "ok")
    except Refusal as refusal:
        flash(words.refused(refusal), "bad")
    return redirect(url_for("agreements.own"))


@blueprint.get("/corporate/agreement/<uuid:version_id>.pdf")
@allow(accounts_access.administers)
@limiter.limit(PAPER)
def own_paper(version_id: uuid.UUID) -> Response:
    """A version on paper, with the company's acceptance."""
    return _paper(version_id, accounts_access.acting_account(visitor()))


@blueprint.get("/accounts/<uuid:account_id>/agreement")
@allow(programme.reads_accounts)
def account(account_id: uuid.UUID) -> str:
    """The hotel's side: where a company stands with the agreement, and who accepted what."""
    found = programme.account_for(visitor(), account_id)
    return render_template(
        "corporate/agreements/account.html",
        **_of_company(found, "agreements.account_paper", account_id=account_id),
        company_tabs=companies.tabs(found, "agreements.account"),
    )


@blueprint.get("/accounts/<uuid:account_id>/agreement/<uuid:version_id>.pdf")
@allow(programme.reads_accounts)
@limiter.limit(PAPER)
def account_paper(account_id: uuid.UUID, version_id: uuid.UUID) -> Response:
    """A version on paper, with the acceptance of a company."""
    return _paper(version_id, programme.account_for(visitor(), account_id))


@blueprint.get("/programme/agreements")
@allow(access.reads_agreements)
def versions() -> str:
    """All versions, and how many companies accepted each."""
    page, reach = queries.versions(after=request.args.get("after")), programme.reach(visitor())
    current = queries.current_version()
    return render_template(
        "corporate/agreements/versions.html",
        programme_tabs=tabs.bar(),
        versions=page.rows,
        counts=queries.accepted_counts([each.id for each in page.rows], reach=reach),
        current=current,
        waiting=queries.waiting_count(current.id, reach=reach) if current else 0,
        may_publish=access.publishes_agreements(visitor()),
        zone=hotel.house_zone(),
        exports=exports.urls("agreements.versions_file"),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/programme/agreements/versions.<any(csv, xlsx):form>")
@allow(access.reads_agreements)
def versions_file(form: str) -> Response:
    """The same as a file."""
    reach, zone = programme.reach(visitor()), hotel.house_zone()
    header = [_("Version"), _("Title"), _("Published"), _("Published by"), _("The old one holds until")]
    found = every_row(lambda after: queries.counted_versions(reach=reach, after=after, limit=ROWS_AT_ONCE))
    rows = (_cells(each, accepted, zone) for each, accepted in found)
    title = _("Versions of the agreement")
    return exports.answer(Export("agreements", title, [*header, _("Accepted by")], rows), form)


@blueprint.route("/programme/agreements/new", methods=["GET", "POST"])
@allow(access.publishes_agreements)
def publish() -> str | WerkzeugResponse | tuple[str, int]:
    """A new version, beginning from the texts of the one in force."""
    current = queries.current_version()
    form = VersionForm(data=_begun_from(current))
    form.follow(current)
    if form.validate_on_submit():
        try:
            with transaction():
                version = _publish(form)
            flash(_("Published. Whoever runs the account of a company is written to."), "ok")
            return redirect(url_for("agreements.version", version_id=version.public_id))
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal))
    page = render_template("corporate/agreements/publish.html", form=form, current=current)
    return (page, UNPROCESSABLE) if form.errors else page


@blueprint.get("/programme/agreements/<uuid:version_id>")
@allow(access.reads_agreements)
def version(version_id: uuid.UUID) -> str:
    """One version in both languages, and the companies that accepted it, or have not yet."""
    found, reach = queries.version_of(version_id) or abort(404), programme.reach(visitor())
    accepted, current = _accepted(), queries.current_version()
    page = queries.companies(found.id, reach=reach, accepted=accepted, after=request.args.get("after"))
    return render_template(
        "corporate/agreements/version.html",
        programme_tabs=tabs.bar(),
        version=found,
        texts=_texts(found),
        is_current=current is not None and current.id == found.id,
        rows=page.rows,
        accepted=accepted,
        tabs=_tabs(found, accepted=accepted),
        zone=hotel.house_zone(),
        exports=exports.urls("agreements.companies_file", version_id=version_id),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/programme/agreements/<uuid:version_id>/companies.<any(csv, xlsx):form>")
@allow(access.reads_agreements)
def companies_file(version_id: uuid.UUID, form: str) -> Response:
    """The same companies as a file."""
    found, accepted = queries.version_of(version_id) or abort(404), _accepted()
    reach, zone = programme.reach(visitor()), hotel.house_zone()
    listed = every_row(
        lambda after: queries.companies(
            found.id, reach=reach, accepted=accepted, after=after, limit=ROWS_AT_ONCE
        )
    )
    rows: Iterator[list[tables.Cell]] = (
        [each.account.name, exports.local(each.acceptance.at, zone) if each.acceptance else None]
        for each in listed
    )
    title = _("Agreement, version %(number)s", number=found.number)
    narrowed = [_("Accepted") if accepted else _("Not accepted yet")]
    return exports.answer(Export("agreement", title, [_("Company"), _("Accepted")], rows, narrowed), form)


def tab(asking: Visitor) -> NavigationLink | None:
    """The tab among the pages of the programme."""
    if not access.reads_agreements(asking):
        return None
    sections = ("agreements.version", "agreements.publish")
    return NavigationLink("agreements.versions", _("Agreement"), 45, sections)


def waiting(asking: Visitor, limit: int) -> list[Waiting]:
    """The agreement, for each company that the visitor runs and that has not accepted it."""
    mine = asking.accounts(Role.ACCOUNT_ADMINISTRATOR)
    return [
        Waiting(
            title=_("Agreement: %(company)s", company=account.name),
            detail=_asks(version.old_until),
            url=url_for("agreements.own"),
            since=version.published_at,
        )
        for account, version in (queries.waiting_for(mine, limit=limit) if mine else [])
    ]


def _cells(each: AgreementVersion, accepted: int, zone: str) -> list[tables.Cell]:
    published = exports.local(each.published_at, zone)
    name = in_language(each.title, locale_code())
    return [each.number, name, published, each.published_by.name, each.old_until, accepted]


def _asks(old_until: date | None) -> str:
    if old_until is None:
        return str(_("The hotel asks you to accept its agreement."))
    return str(_("There is a new agreement. The old one holds until %(day)s.", day=formats.day(old_until)))


def _of_company(account: Account, paper: str, **address: Any) -> dict[str, Any]:
    zone, locale = hotel.house_zone(), locale_code()
    standing = queries.standing_of(account.id, today=local_date(clock.now(), zone))
    current = standing.current
    return {
        "account": account,
        "standing": standing,
        "named": in_language(current.title, locale) if current else "",
        "pieces": rules.paragraphs(in_language(current.body, locale)) if current else [],
        "papers": {
            each.version_id: url_for(paper, version_id=each.version.public_id, **address)
            for each in standing.acceptances
        },
        "words": words,
        "zone": zone,
    }


def _paper(version_id: uuid.UUID, account: Account) -> Response:
    """The text in the language in which it was accepted, else in the reader's."""
    found = queries.version_of(version_id) or abort(404)
    accepted = queries.acceptance(found.id, account_id=account.id)
    locale = accepted.locale if accepted else locale_code()
    values = {
        "account": account,
        "version": found,
        "title": in_language(found.title, locale),
        "pieces": rules.paragraphs(in_language(found.body, locale)),
        "accepted": accepted,
        "zone": hotel.house_zone(),
    }
    content = rendering.pdf("documents/corporate/agreement.html", values, locale)
    headers = {"Content-Disposition": f'attachment; filename="agreement-{found.number}.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _begun_from(current: AgreementVersion | None) -> dict[str, Any]:
    if current is None:
        return {"number": 1}
    texts = {f"title_{code}": text for code, text in current.title.items()}
    texts |= {f"body_{code}": text for code, text in current.body.items()}
    return {"number": current.number + 1, **texts}


def _publish(form: VersionForm) -> AgreementVersion:
    until: date | None = form.old_until.data
    return actions.publish(
        token=uuid.UUID(form.token.data or ""),
        number=form.number.data or 0,
        title={"en": form.title_en.data or "", "ru": form.title_ru.data or ""},
        body={"en": form.body_en.data or "", "ru": form.body_ru.data or ""},
        old_until=until,
        by=_me(),
        at=clock.now(),
    )


def _texts(version: AgreementVersion) -> list[tuple[str, str, str, list[rules.Paragraph]]]:
    """The languages of a version by name and by code, each with its title and its paragraphs."""
    return [
        (str(words.LANGUAGES[code]), code, title, rules.paragraphs(version.body[code]))
        for code, title in sorted(version.title.items())
    ]


def _accepted() -> bool:
    return request.args.get("tab") == "accepted"


def _tabs(version: AgreementVersion, *, accepted: bool) -> list[dict[str, Any]]:
    reach = programme.reach(visitor())
    counts = {
        "waiting": queries.waiting_count(version.id, reach=reach),
        "accepted": queries.accepted_counts([version.id], reach=reach).get(version.id, 0),
    }
    labels = {"waiting": _("Not accepted yet"), "accepted": _("Accepted")}
    return [
        {
            "url": url_for("agreements.version", version_id=version.public_id, tab=name),
            "label": label,
            "count": counts[name],
            "current": (name == "accepted") == accepted,
        }
        for name, label in labels.items()
    ]


def _me() -> int:
    return visitor().person_id or 0

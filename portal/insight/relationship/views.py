"""The page of a relationship: the hotel's edition, the client's own, and the order of the report."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.database import transaction
from portal.documents.charts.kit import ON_PAGE
from portal.hotel import queries as hotel
from portal.insight.purchases.rules import Purchase, cents_of
from portal.insight.purchases.words import KINDS
from portal.insight.purchases.words import kinds as kinds_said
from portal.insight.relationship import access, queries, rules, words
from portal.insight.relationship.forms import OrderForm
from portal.jobs.papers import actions as papers
from portal.programme.tiers import words as names
from portal.web.gate import Visitor, allow, visitor
from portal.web.limits import PAPER, UNPROCESSABLE, limiter
from portal.web.pages import locale_code
from portal.web.paging import decode_key, first_url, next_url
from portal.web.registries import NavigationLink

blueprint = Blueprint("relationship", __name__, url_prefix="/insight/relationship")


@blueprint.get("/<uuid:account_id>")
@allow(access.reads_relationships)
def account(account_id: uuid.UUID) -> str:
    """One relationship as the hotel sees it."""
    found = access.account_for(visitor(), account_id)
    return _hotels_page(found, OrderForm())


@blueprint.get("")
@allow(access.reads_own)
def own() -> str:
    """The relationship as the client sees it: their own figures, and what we promised."""
    return _clients_page(access.own_account(visitor()), OrderForm())


@blueprint.post("/<uuid:account_id>/report")
@allow(access.reads_relationships)
@limiter.limit(PAPER)
def order_report(account_id: uuid.UUID) -> Response | tuple[str, int]:
    """Let the worker print the report, for the hotel or to hand over."""
    found, form = access.account_for(visitor(), account_id), OrderForm()
    if not form.accepted():
        return _hotels_page(found, form), UNPROCESSABLE
    return _order(found, form, edition=form.edition.data)


@blueprint.post("/report")
@allow(access.reads_own)
@limiter.limit(PAPER)
def order_own_report() -> Response | tuple[str, int]:
    """Let the worker print the client's own edition: there is no other to be had here."""
    found, form = access.own_account(visitor()), OrderForm()
    if not form.accepted():
        return _clients_page(found, form), UNPROCESSABLE
    return _order(found, form, edition=rules.CLIENT)


@blueprint.get("/<uuid:account_id>/purchases")
@allow(access.reads_relationships)
def purchases(account_id: uuid.UUID) -> str:
    """The purchases behind the figures of one relationship."""
    found = access.account_for(visitor(), account_id)
    return _purchases_page(found, back=url_for("relationship.account", account_id=account_id))


@blueprint.get("/purchases")
@allow(access.reads_own)
def own_purchases() -> str:
    """The same for the client: what their own figures are made of."""
    return _purchases_page(access.own_account(visitor()), back=url_for("relationship.own"))


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The client's way to the relationship; the hotel's leads over the account."""
    if not access.reads_own(asking):
        return []
    return [NavigationLink("relationship.own", _("Relationship"), 40, ("relationship.",))]


def _hotels_page(account: Account, form: OrderForm) -> str:
    own = queries.whole(account).hotel
    return render_template(
        "insight/relationship/hotel.html",
        account=account,
        told=own.shared,
        own=own,
        stages=queries.stages_of(account.id),
        words=words,
        tiers=names.today(),
        form=form,
        **words.pictures(own.shared, ink=ON_PAGE),
    )


def _clients_page(account: Account, form: OrderForm) -> str:
    told = queries.whole(account).client
    return render_template(
        "insight/relationship/client.html",
        told=told,
        words=words,
        tiers=names.today(),
        form=form,
        **words.pictures(told, ink=ON_PAGE),
    )


def _purchases_page(account: Account, *, back: str) -> str:
    is_whole, kind = request.args.get("span") == "all", request.args.get("kind")
    kind = kind if kind in KINDS else None
    opened = queries.opened(
        account.id, is_whole=is_whole, kind=kind, after=decode_key(request.args.get("after"), str, str)
    )
    return render_template(
        "insight/relationship/purchases.html",
        account=account,
        back=back,
        opened=opened,
        rows=[_row(one, kind, account) for one in opened.page.rows],
        hotels={house.id: house.name for house in hotel.properties()},
        kinds=KINDS,
        kind=kind,
        is_whole=is_whole,
        first_url=first_url(),
        next_url=next_url(opened.page),
    )


def _row(bought: Purchase, kind: str | None, account: Account) -> tuple[Purchase, str, int, str | None]:
    """A purchase, its kinds in words, what it came to, and where it opens for the visitor."""
    is_open = bought.booking is not None and access.opens_booking(visitor(), account, bought.property_id)
    url = url_for("bookings.booking", booking_id=bought.booking) if is_open else None
    return bought, kinds_said(bought), cents_of(bought, kind), url


def _order(found: Account, form: OrderForm, *, edition: str) -> Response:
    at, day = clock.now(), queries.day_shown()
    payload = {
        "account": str(found.public_id), "as_of": day.isoformat(), "edition": edition,
        "locale": locale_code(),
    }  # fmt: skip
    by_id = visitor().person_id or 0
    with transaction():
        job = papers.order_paper(
            kind=rules.REPORT_JOB, payload=payload, token=uuid.UUID(form.token.data), owner_id=by_id, at=at
        )
        audit.record(
            action="relationship.report", subject_kind="account", subject_id=found.public_id,
            details={"edition": edition}, by=by_id, at=at,
        )  # fmt: skip
    return redirect(url_for("jobs.job_page", public_id=job.public_id))

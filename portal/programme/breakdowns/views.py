"""The pages behind the figures of a statement: lots with the entries that made them, orders, stays."""

import uuid
from datetime import date

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.accounts.models import Account
from portal.hotel import queries as hotel
from portal.programme import access
from portal.programme.breakdowns import queries, rules, words
from portal.programme.breakdowns.rules import Figure, OrderLine
from portal.programme.chain.rules import Bucket
from portal.programme.companies import views as companies
from portal.programme.folios import views as folios
from portal.programme.statements import queries as statements
from portal.programme.statements import views as statement_views
from portal.programme.statements.rules import OWN, Facts
from portal.programme.windows import queries as window_queries
from portal.programme.windows import views as windows
from portal.programme.words import BUCKETS
from portal.web.gate import allow, visitor
from portal.web.paging import Page, decode_key, encode_key, first_url, next_url

blueprint = Blueprint("breakdowns", __name__)
ORDERS_SHOWN = 50


@blueprint.get("/accounts/<uuid:account_id>/statements/<month>/lots")
@allow(access.reads_points)
def lots(account_id: uuid.UUID, month: str) -> str:
    """The lots that a figure of a statement is made of, as they were then, and that they come to it."""
    found = access.account_for(visitor(), account_id)
    first, facts = statement_views.facts_of(found, month)
    figure = _figure(facts, request.args)
    page = queries.lots(found.id, figure, request.args.get("after"))
    return render_template(
        "programme/breakdowns/lots.html",
        **_frame(found, first),
        figure=figure,
        headline=words.headline(figure, first),
        added_up=queries.added_up(found.id, figure),
        lots=page.rows,
        buckets=BUCKETS,
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/accounts/<uuid:account_id>/statements/<month>/savings")
@allow(access.reads_points)
def savings(account_id: uuid.UUID, month: str) -> str:
    """The orders behind what was saved in a month, each with its price as confirmed, and their sum."""
    found = access.account_for(visitor(), account_id)
    first, facts = statement_views.facts_of(found, month)
    now = {str(order.public_id): order for order in statements.saved_orders(found.id, first)}
    lines = rules.order_lines(facts.orders, now)
    page = _some(lines, request.args.get("after"))
    return render_template(
        "programme/breakdowns/savings.html",
        **_frame(found, first),
        facts=facts,
        counted=rules.saved(lines),
        lines=page.rows,
        opened=folios.orders(found.id, [line.order.public_id for line in page.rows]),
        zone=hotel.house_zone(),
        first_url=first_url(),
        next_url=next_url(page),
    )


@blueprint.get("/accounts/<uuid:account_id>/statements/<month>/counted")
@allow(access.reads_points)
def counted(account_id: uuid.UUID, month: str) -> str:
    """The stays and orders that a tier was counted from, by what was known when the statement was made."""
    found = access.account_for(visitor(), account_id)
    first, facts = statement_views.facts_of(found, month)
    made = statements.statement_of(found.id, first)
    told_by = made.made_at if made is not None else clock.now()
    return windows.page(
        found,
        window_queries.counted(found.id, facts.standing or abort(404), told_by=told_by),
        sheet_url=url_for("statements.statement", account_id=found.public_id, month=month),
        sheet_title=_("The statement"),
    )


def _figure(facts: Facts, asked: MultiDict[str, str]) -> Figure:
    states = {state.value: state for state in OWN}
    at, state = asked.get("at", rules.CLOSING), asked.get("state")
    if at not in {rules.OPENING, rules.CLOSING} or (state is not None and state not in states):
        abort(404)
    bucket: Bucket | None = states[state] if state is not None else None
    return rules.figure(facts, at=at, state=bucket, expires_on=_day(asked.get("expires", "")))


def _some(lines: list[OrderLine], after: str | None) -> Page[OrderLine]:
    key = decode_key(after, int)
    start = max(key[0], 0) if key is not None else 0
    end = start + ORDERS_SHOWN
    return Page(lines[start:end], encode_key(end) if end < len(lines) else None)


def _frame(account: Account, month: date) -> dict[str, object]:
    return {
        "account": account,
        "month": month,
        "tabs": companies.tabs(account, "statements.account_statements"),
        "words": words,
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""Each main page against an empty page of the same layout: CPU of one request, and its statements."""

import threading
import uuid
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from sqlalchemy import select

from bench.house import demo_house, median, statements, timed
from portal.accounts.models import Account, Card
from portal.clock import system_clock
from portal.corporate.bookings.models import Booking
from portal.database import db, transaction
from portal.demo import events, people
from portal.jobs import actions as jobs
from portal.jobs import work
from portal.people.actions import open_sign_in
from portal.people.models import Person
from portal.programme import queries as programme
from portal.programme.rehearsal import actions as rehearsals
from portal.programme.rehearsal import queries as rehearsal_queries
from portal.programme.rehearsal.actions import Tried
from portal.stays.models import Import
from portal.web.gate import allow, signed_in

ROUNDS = 15
LIMIT = 6.0
MOST_STATEMENTS = 30
EMPTY = "/bench/empty"
TEMPLATE = '{% extends "base.html" %}{% block headline %}Nothing{% endblock %}'
PAGES = {
    "anna": (
        "/corporate/company", "/corporate/perks", "/corporate/bookings", "/corporate/bookings/new",
        "/corporate/bookings/{booking}", "/corporate/stays", "/corporate/people", "/insight/relationship",
        "/corporate/events", "/corporate/events/{dinner}", "/corporate/events/{dinner}/registration",
        "/corporate/parties", "/corporate/company/savings", "/corporate/halls", "/corporate/halls?view=week",
        "/corporate/quotes", "/corporate/family", "/corporate/budgets", "/corporate/approvals",
        "/corporate/agreement", "/corporate/review", "/corporate/souvenirs", "/corporate/souvenirs/reserved",
        "/me", "/invitations/company",
    ),
    "bruno": ("/corporate/passes", "/corporate/passes/new"),
    "tamara": ("/corporate/card", "/corporate/card/live"),
    "dario": (
        "/desk", "/desk?q={card}", "/desk/payments", "/board", "/board?tab=done", "/board/requests",
        "/board/handovers", "/staff/me", "/desk/souvenirs", "/corporate/concierge",
        "/corporate/events/{dinner}/door?q=a", "/corporate/events/{dinner}/guests",
    ),
    "lidia": (
        "/stays/imports", "/stays/imports/{import}", "/accounts", "/accounts/{account}",
        "/accounts/{account}/points", "/accounts/{account}/standing", "/surveys", "/surveys/cases",
        "/programme/credits", "/programme/drafts", "/programme/versions", "/programme/versions/1",
        "/accounts/{account}/contract",
        "/accounts/{account}/points?state=active", "/accounts/{account}/counted/standing/0",
        "/corporate/bookings/{booking}/sheet",
        "/programme/credits", "/programme/drafts",
        "/programme/rehearsals", "/programme/rehearsals/{rehearsal}",
        "/programme/rehearsals/{rehearsal}/accounts",
        "/accounts/{account}/price",
        "/accounts/{account}/statements", "/accounts/{account}/statements/2026-05",
        "/accounts/{account}/statements/2026-05/lots", "/accounts/{account}/statements/2026-05/savings",
        "/accounts/{account}/statements/2026-05/counted", "/programme/statements",
        "/corporate/events", "/corporate/events/{dinner}", "/insight/events/{evening}",
        "/souvenirs", "/souvenirs/terms", "/programme/agreements",
    ),
    "nora": ("/applications", "/reviews", "/corporate/quotes/new"),
    "gleb": (
        "/corporate/halls/house", "/corporate/terms", "/board/breaches", "/board/duties",
        "/insight/house", "/insight/relationship/{account}", "/programme/liability",
        "/programme/liability/accounts", "/programme/liability/closes",
    ),
    "elena": ("/staff/team",),
    "oskar": ("/audit",),
    "ada": ("/people", "/people/erasures", "/inbox"),
}  # fmt: skip


def measure(directory: Path) -> bool:
    """Print a line a page; whether all stay within the limit."""
    app = demo_house(directory)
    app.add_url_rule(EMPTY, "bench", allow(signed_in)(lambda: render_template_string(TEMPLATE)))
    with app.app_context():
        places = _places(app)
        emails = {one.key: one.email for one in people.sign_ins()}
    print(
        f"Pages against an empty page of the same layout: ms of CPU (and on the wall), median of {ROUNDS}\n"
    )
    print(f"{'page':38}{'ms':>7}{'wall':>7}{'empty':>7}{'wall':>7}{'ratio':>7}{'statements':>12}")
    fits = True
    for key, addresses in PAGES.items():
        client = _client(app, emails[key])
        for address in addresses:
            fits &= _line(client, address, address.format(**places))
    return fits


def _line(client: Any, name: str, address: str) -> bool:
    pages: list[tuple[float, float]] = []
    empties: list[tuple[float, float]] = []
    for _warm in range(2):
        assert client.get(address).status_code == 200, address  # noqa: PLR2004, S101 -- OK
        client.get(EMPTY)
    for _round in range(ROUNDS):
        statements.clear()
        pages.append(timed(lambda: client.get(address)))
        said = len(statements)
        empties.append(timed(lambda: client.get(EMPTY)))
    cpu, wall, empty_cpu, empty_wall = (
        1000 * median([pair[place] for pair in found]) for found in (pages, empties) for place in (0, 1)
    )
    ratio, fits = cpu / empty_cpu, cpu / empty_cpu <= LIMIT and said <= MOST_STATEMENTS
    times = f"{cpu:7.1f}{wall:7.1f}{empty_cpu:7.1f}{empty_wall:7.1f}"
    print(f"{name:38}{times}{ratio:7.1f}{said:12}{'' if fits else '  too much'}")
    return fits


def _client(app: Flask, email: str) -> Any:
    client = app.test_client()
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        token = open_sign_in(person=person, device="a benchmark", is_kept=False, at=system_clock())
        db.session.commit()
    with client.session_transaction() as session:
        session.update({"_user_id": token, "_fresh": True})
    return client


def _places(app: Flask) -> dict[str, object]:
    tamara = next(one.email for one in people.sign_ins() if one.key == "tamara")
    card = db.session.scalars(select(Card).join(Card.holder).where(Person.email == tamara)).one()
    return {
        "booking": db.session.scalars(select(Booking).order_by(Booking.id).limit(1)).one().public_id,
        "card": card.number,
        "account": db.session.get_one(Account, card.account_id).public_id,
        "import": db.session.scalars(select(Import)).one().public_id,
        "rehearsal": _rehearsal(app),
        "dinner": events.token_of("premiere"),
        "evening": events.token_of("tasting"),
    }


def _rehearsal(app: Flask) -> uuid.UUID:
    """The rules in force, rehearsed over a year of the demo."""
    token, at = uuid.uuid4(), system_clock()
    with transaction():
        tried = Tried(programme.rules_in_force(at.date()))
        rehearsals.ask(token=token, tried=tried, months=12, by=None, at=at)
    with transaction():
        taken = jobs.claim(worker="bench", kinds=[rehearsal_queries.JOB], at=system_clock(), lease_s=600)
    if taken is not None:
        work.perform(app, claim=taken[0], job=taken[1], lease_s=600, stopping=threading.Event())
    return token

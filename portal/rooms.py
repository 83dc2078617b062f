"""What each room of the house brings, found by its name: pages, commands, background work, providers.

Only the factory looks here; a room never does. A sub-room is taken in by the names it offers:

- `views.py`: `blueprint`; `navigation`, `find` (search), `waiting` (inbox), `tab` (of the programme)
- `handlers.py`: `HANDLERS`, `RECURRING`, `EACH_ROUND`
- `cli.py`: `COMMANDS`
- `queries.py`: `personal_data`, under the noun's name in a person's own export
- `actions.py`: `erase_person`, which forgets what the noun holds of a person
- `words.py`: `STEPS` (of a "why?"), `AUDIT_ACTIONS`, `AUDIT_SUBJECTS`, `SIGHT_PAGES`

What is left in sight here is what has an order or joins two rooms that do not know each other.
"""

import time
from collections.abc import Collection, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from portal import database
from portal.accounts import queries as accounts
from portal.audit import views as audit
from portal.config import Settings
from portal.corporate.acting import views as acting
from portal.corporate.cards import views as cards
from portal.corporate.company import queries as company_queries
from portal.corporate.company import views as company
from portal.corporate.event_wishes import views as event_wishes
from portal.corporate.perks import views as perks
from portal.corporate.sheets import queries as order_queries
from portal.corporate.sheets import views as order_sheets
from portal.database import db, transaction
from portal.demo import people as demo_people
from portal.hotel import queries as hotel
from portal.insight.house import views as house
from portal.jobs import work
from portal.people import actions as people_actions
from portal.people import queries as people
from portal.people.roles import views as roles
from portal.programme import views as programme
from portal.programme import words as programme_words
from portal.programme.standing import queries as standing
from portal.programme.timeline import actions as timeline
from portal.staff.day import views as day
from portal.staff.desk import views as desk
from portal.staff.team import views as team
from portal.stays.imports import views as imports
from portal.stays.imports.rules import AcceptedImport
from portal.surveys.submissions import views as submissions
from portal.web.registries import Registries

PORTAL = Path(__file__).parent
AS_OF_LASTS_S = 5

FIRST_SCREENS = (
    company.first_screen,
    perks.home,
    desk.home,
    cards.home,
    house.home,
    team.home,
    day.home,
    roles.home,
    imports.home,
    programme.home,
    audit.home,
)
"""Where a visitor lands: the first that knows them wins, so whoever has two roles lands at the upper one."""


def translation_directories() -> str:
    """Each room carries its own catalogue."""
    return ";".join(str(path) for path in sorted(PORTAL.glob("*/translations")))


def know_all_tables() -> None:
    """Load every room's models: a foreign key may point at a table whose room has no page yet."""
    _every("models")


def open_all(app: Flask) -> None:
    """Open every room: register its pages, commands, jobs and providers."""
    know_all_tables()
    app.extensions["readiness"] = {"database": database.trouble, "migrations": database.migration_trouble}
    app.extensions["demo_as_of"] = _AsOf(app.extensions["settings"])
    is_demo = app.extensions["settings"].is_demo
    app.extensions["demo_sign_ins"] = demo_people.sign_ins if is_demo else tuple
    app.extensions["remember_preference"] = _remember_preference
    for _noun, blueprint in _offered("views", "blueprint"):
        app.register_blueprint(blueprint)
    # A mail program's button sends no token of ours; its proof is the link itself (RFC 8058).
    for unsubscribe in (submissions.unsubscribe, event_wishes.unsubscribe):
        app.extensions["csrf"].exempt(unsubscribe)
    _give_work(app)
    _give_words(app)
    _give_providers(app)


def _give_work(app: Flask) -> None:
    work.init_app(app)
    app.extensions["readiness"]["worker"] = work.trouble
    for each in _every("handlers"):
        work.register(
            app,
            handlers=getattr(each, "HANDLERS", {}),
            recurring=getattr(each, "RECURRING", ()),
            each_round=getattr(each, "EACH_ROUND", ()),
        )
    for _noun, commands in _offered("cli", "COMMANDS"):
        for command in commands:
            app.cli.add_command(command)
    app.extensions["programme.orders"] = order_sheets.orders
    app.extensions["programme.promised"] = order_queries.promised
    app.extensions["programme.savings"] = company_queries.saved_orders
    app.extensions["stays.played_through"] = standing.played_through
    app.extensions.setdefault("stays.listeners", []).append(_play_stays)


def _play_stays(accepted: AcceptedImport) -> None:
    """Stays that were taken over become points and tiers, in the same transaction."""
    timeline.play_import(import_id=accepted.import_id, account_ids=accepted.account_ids, at=accepted.at)


def _give_words(app: Flask) -> None:
    found: Registries = app.extensions["registries"]
    steps: dict[str, Any] = {}
    for words in _every("words"):
        found.audit_actions.update(getattr(words, "AUDIT_ACTIONS", {}))
        found.audit_subjects.update(getattr(words, "AUDIT_SUBJECTS", {}))
        found.sight_pages.update(getattr(words, "SIGHT_PAGES", {}))
        steps.update(getattr(words, "STEPS", {}))
    app.extensions["why.steps"] = steps
    app.extensions["why.words"] = dict(programme_words.WORDS)
    app.extensions["why.named"] = programme_words.NAMED


def _give_providers(app: Flask) -> None:
    """What pages ask for without knowing who answers."""
    found: Registries = app.extensions["registries"]
    found.navigation += [each for _noun, each in _offered("views", "navigation")]
    found.waiting += [each for _noun, each in _offered("views", "waiting")]
    found.search += [each for _noun, each in _offered("views", "find")]
    found.home += FIRST_SCREENS
    found.wishes += [submissions.own_wish, event_wishes.own_wish]
    for noun, known in _offered("queries", "personal_data"):
        if noun in found.personal_data:
            message = f"two nouns called {noun} know something about a person"
            raise ValueError(message)
        found.personal_data[noun] = known
    found.erasers += [each for _noun, each in _offered("actions", "erase_person")]
    found.person_names = people.names_of
    found.account_names = _account_names
    found.companies = acting.companies
    found.house_zone = hotel.house_zone
    app.extensions["programme.tabs"] = [each for _noun, each in _offered("views", "tab")]


def _offered(kind: str, name: str) -> Iterator[tuple[str, Any]]:
    """What rooms and sub-rooms offer under this name in this kind of file, each with its noun."""
    for module in _every(kind):
        if (offer := getattr(module, name, None)) is not None:
            yield module.__name__.split(".")[-2], offer


def _every(kind: str) -> list[ModuleType]:
    """This kind of file of every room and sub-room, in the order of their names."""
    return [
        import_module(".".join(path.relative_to(PORTAL.parent).with_suffix("").parts))
        for path in sorted(PORTAL.rglob(f"{kind}.py"))
    ]


def _account_names(ids: Collection[int]) -> dict[int, str]:
    return {account.id: account.name for account in accounts.accounts_by_ids(tuple(ids))}


def _remember_preference(*, person_id: int, **preference: str) -> None:
    with transaction():
        people_actions.remember_preference(person_id=person_id, **preference)


class _AsOf:
    """The frozen day of the demo, which every page prints: asked for once in a few seconds."""

    def __init__(self, settings: Settings) -> None:
        self._is_kept = settings.portal_mode != "test"
        self._day: date | None = None
        self._until = 0.0

    def __call__(self) -> date | None:
        if not self._is_kept or time.monotonic() >= self._until:
            try:
                self._day = hotel.demo_as_of()
            except SQLAlchemyError:
                # The page that says so has a ribbon too; it prints what was known.
                db.session.rollback()
            self._until = time.monotonic() + AS_OF_LASTS_S
        return self._day

"""The rooms of the house and what each brings: pages, commands, background work, providers.

Only the factory looks here; a room never does.
"""

import time
from collections.abc import Collection
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType

from flask import Blueprint, Flask
from sqlalchemy.exc import SQLAlchemyError

from portal import database
from portal.accounts import queries as accounts_queries
from portal.audit import views as audit
from portal.config import Settings
from portal.corporate.bookings import handlers as bookings_handlers
from portal.corporate.bookings import queries as bookings_queries
from portal.corporate.bookings import views as bookings
from portal.corporate.cards import views as cards
from portal.corporate.company import queries as company_queries
from portal.corporate.company import views as company
from portal.corporate.orders import views as orders
from portal.corporate.people import views as company_people
from portal.corporate.perks import views as perks
from portal.corporate.sheets import queries as order_queries
from portal.corporate.sheets import views as order_sheets
from portal.database import db, transaction
from portal.demo import cli as demo_cli
from portal.demo import people as demo_people
from portal.hotel import queries as hotel_queries
from portal.hotel import views as hotel
from portal.insight.house import views as house
from portal.insight.relationship import cli as relationship_cli
from portal.insight.relationship import handlers as relationship_handlers
from portal.insight.relationship import views as relationship
from portal.insight.relationship import words as relationship_words
from portal.jobs import handlers as jobs_handlers
from portal.jobs import views as jobs
from portal.jobs import work
from portal.jobs.cli import commands as worker_command
from portal.jobs.papers import handlers as papers_handlers
from portal.jobs.papers import queries as papers_queries
from portal.jobs.papers import views as papers
from portal.outbox import handlers as outbox_handlers
from portal.outbox import queries as outbox_queries
from portal.outbox import views as outbox
from portal.people import actions as people_actions
from portal.people import cli as people_cli
from portal.people import queries as people_queries
from portal.people import views as people
from portal.people.addresses import views as addresses
from portal.people.invitations import views as invitations
from portal.people.passwords import handlers as passwords_handlers
from portal.people.passwords import views as passwords
from portal.people.roles import views as roles
from portal.programme import cli as programme_cli
from portal.programme import views as programme_views
from portal.programme import words as programme_words
from portal.programme.breakdowns import views as breakdowns
from portal.programme.contracts import queries as contracts_queries
from portal.programme.contracts import views as contracts_views
from portal.programme.credits import queries as credits_queries
from portal.programme.credits import views as credits_views
from portal.programme.drafts import queries as drafts_queries
from portal.programme.drafts import views as drafts_views
from portal.programme.folios import views as folios
from portal.programme.holds import handlers as holds_handlers
from portal.programme.impact import handlers as impact_handlers
from portal.programme.impact import queries as impact_queries
from portal.programme.impact import views as impact
from portal.programme.liability import views as liability_views
from portal.programme.liability import words as liability_words
from portal.programme.months import handlers as months_handlers
from portal.programme.months import queries as months_queries
from portal.programme.nights import views as nights
from portal.programme.notices import handlers as notices_handlers
from portal.programme.opening import views as opening
from portal.programme.opening import words as opening_words
from portal.programme.plans import views as plans
from portal.programme.publication import handlers as publication_handlers
from portal.programme.publication import views as publication_views
from portal.programme.rehearsal import handlers as rehearsal_handlers
from portal.programme.rehearsal import queries as rehearsal_queries
from portal.programme.rehearsal import views as rehearsal_views
from portal.programme.rehearsal import words as rehearsal_words
from portal.programme.seals import handlers as seals_handlers
from portal.programme.sheets import views as sheets
from portal.programme.standing import queries as standing_queries
from portal.programme.statements import handlers as statements_handlers
from portal.programme.statements import views as statements_views
from portal.programme.tabs import views as programme_tabs
from portal.programme.timeline import actions as timeline_actions
from portal.programme.windows import views as windows
from portal.programme.withdrawals import queries as withdrawals_queries
from portal.staff.contests import queries as contests_queries
from portal.staff.contests import views as contests
from portal.staff.contributions import queries as contributions_queries
from portal.staff.day import views as day
from portal.staff.desk import queries as desk_queries
from portal.staff.desk import views as desk
from portal.staff.motivation import handlers as motivation_handlers
from portal.staff.motivation import words as motivation_words
from portal.staff.team import views as team
from portal.stays import queries as stays_queries
from portal.stays.imports import cli as imports_cli
from portal.stays.imports import handlers as imports_handlers
from portal.stays.imports import views as imports
from portal.stays.imports.rules import AcceptedImport
from portal.surveys.answers import queries as answers_queries
from portal.surveys.cases import queries as cases_queries
from portal.surveys.cases import views as cases
from portal.surveys.invitations import handlers as invitations_handlers
from portal.surveys.invitations import queries as survey_invitations_queries
from portal.surveys.results import handlers as results_handlers
from portal.surveys.results import views as results
from portal.surveys.submissions import views as submissions
from portal.web import views as web
from portal.web.registries import Registries

PORTAL = Path(__file__).parent
AS_OF_LASTS_S = 5

BLUEPRINTS: tuple[Blueprint, ...] = (
    web.blueprint,
    audit.blueprint,
    jobs.blueprint,
    papers.blueprint,
    outbox.blueprint,
    hotel.blueprint,
    people.blueprint,
    passwords.blueprint,
    addresses.blueprint,
    invitations.blueprint,
    roles.blueprint,
    imports.blueprint,
    company.blueprint,
    company_people.blueprint,
    cards.blueprint,
    perks.blueprint,
    orders.blueprint,
    bookings.blueprint,
    order_sheets.blueprint,
    desk.blueprint,
    programme_views.blueprint,
    sheets.blueprint,
    folios.blueprint,
    windows.blueprint,
    plans.blueprint,
    drafts_views.blueprint,
    publication_views.blueprint,
    credits_views.blueprint,
    contracts_views.blueprint,
    nights.blueprint,
    opening.blueprint,
    rehearsal_views.blueprint,
    liability_views.blueprint,
    impact.blueprint,
    statements_views.blueprint,
    breakdowns.blueprint,
    submissions.blueprint,
    cases.blueprint,
    results.blueprint,
    relationship.blueprint,
    house.blueprint,
    day.blueprint,
    team.blueprint,
    contests.blueprint,
)


def translation_directories() -> str:
    """Each room carries its own catalogue."""
    return ";".join(str(path) for path in sorted(PORTAL.glob("*/translations")))


def know_all_tables() -> None:
    """Load every room's models: a foreign key may point at a table whose room has no page yet."""
    _every("models")


def _every(kind: str) -> list[ModuleType]:
    """This kind of file of every room and sub-room, in the order of their names."""
    return [
        import_module(".".join(path.relative_to(PORTAL.parent).with_suffix("").parts))
        for path in sorted(PORTAL.rglob(f"{kind}.py"))
    ]


def open_all(app: Flask) -> None:
    """Open every room: register its pages, commands, jobs and providers."""
    know_all_tables()
    app.extensions["readiness"] = {"database": database.trouble, "migrations": database.migration_trouble}
    app.extensions["why.steps"] = {
        **programme_words.STEPS,
        **opening_words.STEPS,
        **rehearsal_words.STEPS,
        **liability_words.STEPS,
        **relationship_words.STEPS,
        **motivation_words.STEPS,
    }
    app.extensions["why.words"] = dict(programme_words.WORDS)
    app.extensions["why.named"] = programme_words.NAMED
    drafting = (drafts_views, publication_views, rehearsal_views, impact)
    programme_pages = (*drafting, credits_views, opening, liability_views, statements_views)
    app.extensions["programme.tabs"] = [page.tab for page in programme_pages]
    app.extensions["demo_as_of"] = _AsOf(app.extensions["settings"])
    is_demo = app.extensions["settings"].is_demo
    app.extensions["demo_sign_ins"] = demo_people.sign_ins if is_demo else tuple
    app.extensions["remember_preference"] = _remember_preference
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    # A mail program's button sends no token of ours; its proof is the link itself (RFC 8058).
    app.extensions["csrf"].exempt(submissions.unsubscribe)
    _give_work(app)
    _give_words(app.extensions["registries"])
    _give_providers(app.extensions["registries"])


def _give_work(app: Flask) -> None:
    work.init_app(app)
    app.extensions["readiness"]["worker"] = work.trouble
    for upkeep in (jobs_handlers, papers_handlers):
        work.register(app, handlers=upkeep.HANDLERS, recurring=upkeep.RECURRING)
    work.register(app, each_round=(outbox_handlers.send_due,))
    work.register(app, handlers=passwords_handlers.HANDLERS)
    work.register(app, handlers=bookings_handlers.HANDLERS)
    work.register(app, handlers=rehearsal_handlers.HANDLERS, recurring=rehearsal_handlers.RECURRING)
    work.register(app, handlers=impact_handlers.HANDLERS, recurring=impact_handlers.RECURRING)
    for asking in (invitations_handlers, results_handlers):
        work.register(app, handlers=asking.HANDLERS)
    closing = (months_handlers, statements_handlers)
    counting = (holds_handlers, notices_handlers, seals_handlers, *closing, publication_handlers)
    for room in (imports_handlers, *counting, relationship_handlers, motivation_handlers):
        work.register(app, handlers=room.HANDLERS, recurring=room.RECURRING)
    app.extensions["programme.orders"] = order_sheets.orders
    app.extensions["programme.promised"] = order_queries.promised
    app.extensions["programme.savings"] = company_queries.saved_orders
    app.extensions["stays.played_through"] = standing_queries.played_through
    app.extensions.setdefault("stays.listeners", []).append(_play_stays)
    for commands in (
        worker_command,
        people_cli.commands,
        imports_cli.commands,
        demo_cli.commands,
        relationship_cli.reports_commands,
        *programme_cli.COMMANDS,
    ):
        app.cli.add_command(commands)


def _play_stays(accepted: AcceptedImport) -> None:
    """Stays that were taken over become points and tiers, in the same transaction."""
    timeline_actions.play_import(
        import_id=accepted.import_id, account_ids=accepted.account_ids, at=accepted.at
    )


def _give_words(found: Registries) -> None:
    """What the audit and the list of looks call things; a room says it in its `words.py`."""
    for words in _every("words"):
        found.audit_actions.update(getattr(words, "AUDIT_ACTIONS", {}))
        found.audit_subjects.update(getattr(words, "AUDIT_SUBJECTS", {}))
        found.sight_pages.update(getattr(words, "SIGHT_PAGES", {}))


def _give_providers(found: Registries) -> None:
    """What pages ask for without knowing who answers."""
    found.navigation += [roles.navigation, hotel.navigation, audit.navigation, outbox.navigation]
    found.navigation += [company.navigation, company_people.navigation, cards.navigation, desk.navigation]
    found.navigation += [imports.navigation, perks.navigation, bookings.navigation]
    found.navigation += [programme_views.navigation, programme_tabs.navigation]
    found.navigation += [cases.navigation, results.navigation, relationship.navigation]
    found.navigation += [day.navigation, team.navigation, house.navigation]
    found.waiting += [publication_views.waiting]
    found.waiting += [
        imports.waiting,
        cases.waiting,
        contests.waiting,
        impact.waiting,
        credits_views.waiting,
        opening.waiting,
        contracts_views.waiting,
    ]
    found.search += [roles.find, company_people.find, desk.find, bookings.find, programme_views.find]
    found.home += [company.first_screen, perks.home, desk.home, cards.home]
    found.home += [house.home, team.home, day.home]
    found.home += [roles.home, imports.home, programme_views.home, audit.home]
    found.wishes += [submissions.own_wish]
    _give_personal_data(found)
    found.person_names = people_queries.names_of
    found.account_names = _account_names
    found.house_zone = hotel_queries.house_zone


def _give_personal_data(found: Registries) -> None:
    """What each room knows about a person, for their own export."""
    found.personal_data["people"] = people_queries.personal_data
    found.personal_data["drafts"] = drafts_queries.personal_data
    found.personal_data["contracts"] = contracts_queries.personal_data
    found.personal_data["withdrawals"] = withdrawals_queries.personal_data
    found.personal_data["credits"] = credits_queries.personal_data
    found.personal_data["letters"] = outbox_queries.personal_data
    found.personal_data["cards"] = accounts_queries.personal_data
    found.personal_data["services"] = desk_queries.personal_data
    found.personal_data["stays"] = stays_queries.personal_data
    found.personal_data["bookings"] = bookings_queries.about_person
    found.personal_data["closes"] = months_queries.personal_data
    found.personal_data["contests"] = contests_queries.personal_data
    found.personal_data["contributions"] = contributions_queries.personal_data
    found.personal_data["rehearsals"] = rehearsal_queries.personal_data
    found.personal_data["impact_letters"] = impact_queries.personal_data
    found.personal_data["papers"] = papers_queries.personal_data
    found.personal_data["surveys"] = survey_invitations_queries.personal_data
    found.personal_data["answers"] = answers_queries.personal_data
    found.personal_data["cases"] = cases_queries.personal_data


def _account_names(ids: Collection[int]) -> dict[int, str]:
    return {account.id: account.name for account in accounts_queries.accounts_by_ids(tuple(ids))}


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
                self._day = hotel_queries.demo_as_of()
            except SQLAlchemyError:
                # The page that says so has a ribbon too; it prints what was known.
                db.session.rollback()
            self._until = time.monotonic() + AS_OF_LASTS_S
        return self._day

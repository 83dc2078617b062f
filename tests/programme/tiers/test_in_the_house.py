"""A tier that is gone, from the draft to the day on which its companies go over: nobody is without one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.database import db, transaction
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from portal.programme.books import queries as books
from portal.programme.impact import actions as impact
from portal.programme.impact import emails
from portal.programme.impact import queries as letters
from portal.programme.models import ProgrammeVersion
from portal.programme.notices import actions as nights
from portal.programme.rehearsal import actions as rehearsals
from portal.programme.rehearsal import queries as rehearsed
from portal.programme.rehearsal.actions import Tried
from portal.programme.rules import default_rules
from portal.programme.standing import queries as standings
from portal.programme.standing.models import AccountStanding, ReviewRecord
from portal.programme.terms.rules import Names
from tests.cast import NOW, Cast
from tests.programme.told import Told

FIRST = default_rules()
PARTNER, SILVER, GOLD, PLATINUM = FIRST.tiers
RUBY = replace(PLATINUM, code="ruby", nights=300, spend_cents=3_000_000, name=Names("Ruby", "Рубиновый"))
TODAY, MAY = NOW.date(), date(2026, 5, 20)
PAGES = (
    ("lidia", "/accounts?sort=tier"),
    ("lidia", "/accounts/{account}"),
    ("lidia", "/programme/liability"),
    ("anna", "/accounts/{account}/standing"),
    ("anna", "/accounts/{account}/plan"),
    ("anna", "/accounts/{account}/points"),
    ("anna", "/corporate/company"),
    ("anna", "/corporate/company/certificate.pdf"),
    ("anna", "/corporate/perks"),
    ("anna", "/corporate/bookings/new"),
    ("anna", "/programme/rules"),
    ("gleb", "/insight/house"),
)


def version(*tiers, number=2, begins=TODAY - timedelta(days=5)):
    return replace(FIRST, version=number, effective_from=begins, tiers=tiers)


def publish(rules):
    row = ProgrammeVersion(number=rules.version, effective_from=rules.effective_from, published_at=NOW)
    row.rules = rules.to_json()
    with transaction():
        db.session.add(row)
    return row


def night(account, day=TODAY):
    with transaction():
        nights.advance_accounts(account_ids=[account.id], until=day, at=NOW)


def stored(account):
    db.session.expire_all()
    return db.session.get(AccountStanding, account.id).tier


@pytest.fixture
def gold(house: Cast, told: Told) -> Cast:
    """Acme is Gold, by eighty nights in winter, and counted to the twentieth of May."""
    for number in range(8):
        told.stay(house.acme, f"g{number}", arrival=date(2026, 1, 3 + number), nights=10, cents=30_000)
    told.play(house.acme, as_of=MAY)
    assert stored(house.acme) == "gold"
    return house


class TestATierThatIsGone:
    @pytest.mark.parametrize(("who", "path"), PAGES)
    @pytest.mark.parametrize("is_night_over", [False, True])
    def test_leaves_every_page_open_before_the_night_and_after(
        self, gold, client_as, who, path, is_night_over
    ):
        publish(version(PARTNER, SILVER, PLATINUM, RUBY))
        if is_night_over:
            night(gold.acme)
        assert stored(gold.acme) == ("silver" if is_night_over else "gold")
        assert standings.tier_of(gold.acme.id) == "silver"

        answer = client_as(getattr(gold, who)).get(path.format(account=gold.acme.public_id))

        assert answer.status_code == 200

    def test_is_written_down_in_the_derivation_and_the_books_agree(self, gold, client_as):
        publish(version(PARTNER, SILVER, PLATINUM))
        night(gold.acme)

        change, *_ = standings.changes_of(gold.acme.id)
        assert (change.day, change.tier_before, change.tier_after) == (
            TODAY - timedelta(days=5), "gold", "silver",
        )  # fmt: skip
        text = client_as(gold.anna).get(f"/accounts/{gold.acme.public_id}/why/change/{change.id}").page.text
        assert "the rules know Gold no more" in text
        page = client_as(gold.anna).get(f"/accounts/{gold.acme.public_id}/standing").page.text
        assert "Carried over: the tier is gone" in page
        assert list(books.disagreements()) == []

    def test_is_no_news_of_a_fall(self, gold):
        publish(version(PARTNER, SILVER, PLATINUM))
        night(gold.acme)

        assert db.session.scalars(select(Letter).where(Letter.template == "programme/tier_fell")).all() == []
        outcomes = db.session.scalars(select(ReviewRecord.outcome).order_by(ReviewRecord.id.desc())).first()
        assert outcomes == "carried"

    def test_that_comes_is_reached_as_any_other(self, gold, told, client_as):
        pearl = replace(GOLD, code="pearl", nights=90, name=Names("Pearl", "Жемчужный"))
        publish(version(PARTNER, SILVER, GOLD, pearl, PLATINUM, begins=date(2026, 6, 1)))
        told.new_import()
        told.stay(gold.acme, "more", arrival=date(2026, 5, 21), nights=15, cents=30_000)
        told.play(gold.acme, as_of=TODAY)

        assert stored(gold.acme) == "pearl"
        text = client_as(gold.anna).get("/corporate/company").page.text
        assert "Pearl" in text
        gold.anna.locale = "ru"
        text = client_as(gold.anna).get(f"/accounts/{gold.acme.public_id}/standing").page.text
        assert "Жемчужный" in text
        assert list(books.disagreements()) == []


class TestAnImpactLetter:
    def test_says_what_becomes_of_a_tier_that_is_gone(self, app, gold):
        coming = version(
            PARTNER, replace(SILVER, name=Names("Pearl", "Жемчужный")), PLATINUM, begins=date(2026, 9, 1)
        )
        row = publish(coming)
        with transaction():
            asked, _job = rehearsals.ask(
                token=gold.acme.public_id, tried=Tried(coming, "Fewer"), months=12, by=gold.lidia.id, at=NOW
            )
        Worker(app, "a worker").drain()
        db.session.expire_all()
        found = rehearsed.rehearsal_for(asked.public_id)
        assert (found.findings["tiers"], found.findings["lowered"]) == (
            ["partner", "silver", "gold", "platinum"], 1,
        )  # fmt: skip
        with transaction():
            impact.draft_impact_letters(version=row, rehearsal=found, by=gold.lidia.id, at=NOW)
        letter = letters.letters(2, None).rows[0]

        english = emails.preview(letter=letter, rehearsal=found, locale="en")["text"]
        russian = emails.preview(letter=letter, rehearsal=found, locale="ru")["text"]

        assert (
            "The tier Gold is discontinued. On 1 September 2026 the companies in it go over to Pearl"
            in english
        )
        assert "Уровень «Золотой» упраздняется." in russian
        assert "Жемчужный" in russian

"""Rehearsals in the house: asked for, done by the worker, read down to one account."""

import uuid
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.derivation import recompute
from portal.jobs.cli import Worker
from portal.jobs.models import Job
from portal.programme.comparison import words
from portal.programme.crediting import actions as crediting
from portal.programme.drafts import actions as drafts
from portal.programme.ledger import queries as ledger
from portal.programme.models import ProgrammeVersion
from portal.programme.opening.rules import opening_lot, opening_tier
from portal.programme.rehearsal import actions, queries, rules
from portal.programme.rehearsal.actions import Tried
from portal.programme.rehearsal.models import Rehearsal, RehearsedAccount
from portal.programme.rehearsal.rules import Findings
from portal.programme.replay import queries as replays
from portal.programme.replay.rules import Brought, Replayed, replay
from portal.programme.rules import default_rules
from portal.programme.standing import queries as standing
from portal.programme.standing.models import TierChange
from portal.programme.tariffs.rules import schedule_of
from portal.programme.timeline import actions as timeline
from tests.cast import NOW
from tests.statements import count_statements

RULES = default_rules()
KINDER = replace(
    RULES,
    tiers=tuple(
        replace(tier, nights=tier.nights // 2, points_per_euro=tier.points_per_euro + 1)
        for tier in RULES.tiers
    ),
)
TODAY = NOW.date()


@pytest.fixture
def past(house, told):
    """Acme: 24 nights, an order and points spent; Borealis: one night; both in the last year."""
    told.stay(
        house.acme, "a", arrival=date(2025, 10, 1), nights=13, cents=130_000, lines=[("2", "rooms", 999)]
    )
    told.stay(house.acme, "b", arrival=date(2026, 2, 1), nights=11, cents=110_000, lines=[("1", "rooms", -1)])
    told.stay(house.acme, "c", arrival=date(2026, 3, 1), nights=2, cents=0)
    told.stay(house.borealis, "d", arrival=date(2026, 4, 1), nights=1, cents=10_049)
    told.play(house.acme, house.borealis, as_of=TODAY)
    with transaction():
        timeline.fulfil_perk(
            account_id=house.acme.id,
            key="perk:1",
            reference="booking:1",
            fulfilled=TODAY,
            paid=TODAY,
            bases=[("vip_bundle", 50_050)],
            is_event=True,
            at=NOW,
        )
    return house


@pytest.fixture
def draft(past):
    """A draft that makes points out of everything."""
    with transaction():
        return drafts.begin(name="Points for all", start="points_money", by_id=past.lidia.id, at=NOW)


@pytest.fixture
def rehearse(app, past):
    """Ask for a rehearsal and let the worker do it."""

    def ask(tried=RULES, months=12, **draft):
        with transaction():
            asked, _job = actions.ask(
                token=uuid.uuid4(), tried=Tried(tried, **draft), months=months, by=past.lidia.id, at=NOW
            )
        Worker(app, "a worker").drain()
        return queries.rehearsal_for(asked.public_id)

    return ask


class TestReadingThePast:
    def test_gives_what_the_ledger_has(self, past, spend):
        spend(past.acme, 500)
        ran = schedule_of([RULES])
        start, until = date(2025, 6, 16).toordinal(), TODAY.toordinal()

        found = {}
        for account_id, told in replays.pasts([past.acme.id, past.borealis.id], until=TODAY):
            (found[account_id],) = replay(past=told, start=start, until=until, ran=ran, schedules=[ran])

        for account in (past.acme, past.borealis):
            balance, outcome = ledger.balance_of(account.id), found[account.id]
            assert outcome.outstanding_points == balance.pending + balance.active
            assert outcome.tier == standing.tier_of(account.id)
        assert found[past.acme.id].spent_points == 500
        assert found[past.acme.id].tier == "silver"

    def test_knows_the_tiers_that_came_with_opening_balances(self, past):
        verdict = opening_tier(rules=RULES, tier="gold", since=TODAY, day=TODAY).to_json()
        why = standing.standing_of(past.acme.id).derivation
        for told, day in ((verdict, TODAY), ({"rule": "standing.review"}, date(2026, 3, 1))):
            change = TierChange(account_id=past.acme.id, day=day, recorded_at=NOW, standing=why, verdict=told)
            change.tier_before, change.tier_after = "silver", "gold"
            db.session.add(change)
        db.session.commit()

        ((_, told),) = replays.pasts([past.acme.id], until=TODAY)

        assert told.brought == [Brought(TODAY.toordinal(), "gold")]

    def test_keeps_points_by_hand_that_paid_for_others_which_were_taken_back(self, house, spend):
        day, last = TODAY, TODAY + timedelta(days=300)
        of = {"account_id": house.acme.id, "reference": "by hand", "at": NOW, "day": day, "by": None}
        earned = opening_lot(rules=RULES, points=1_000, earned_on=day, expires_on=last, day=day)
        with transaction():
            crediting.give_points(key="hand:1", earned=earned, **of)
            crediting.give_points(key="hand:2", earned=earned, **of)
        spend(house.acme, 900)
        with transaction():
            crediting.take_points_back(given_key="hand:1", **of)

        ((_, told),) = replays.pasts([house.acme.id], until=TODAY)

        assert [given.points for given in told.given] == [1_000]


class TestARehearsal:
    def test_of_rules_that_did_not_change_finds_no_difference_at_all(self, rehearse):
        found = queries.findings_of(rehearse())

        assert found.changes_nothing
        assert found.before == found.draft.sums
        assert found.accounts == found.draft.tally.same == 2

    def test_of_kinder_rules_tells_who_gains_and_what_it_costs(self, rehearse, past):
        asked = rehearse(KINDER)

        found = queries.findings_of(asked)

        assert (found.draft.tally.winners, found.draft.tally.losers, found.lowered) == (2, 0, 0)
        assert found.cost_cents == found.draft.tally.gain_cents > 0
        assert sum(found.moves.values()) == 2
        assert set(found.schemes) == {
            "flat", "ladder_nights", "ladder_spend", "points_money", "points_catalogue",
        }  # fmt: skip
        row = queries.account_for(asked.id, past.borealis.public_id)
        assert (row.points_before, row.points_after, row.gain_cents) == (200, 301, 101)

    def test_keeps_a_sum_of_each_account_that_is_recomputed_from_its_own_figures(self, rehearse):
        asked = rehearse(KINDER)

        rows = db.session.scalars(select(RehearsedAccount)).all()

        assert [recompute(row.derivation).value for row in rows] == [row.gain_cents for row in rows]
        assert sum(row.gain_cents for row in rows) == queries.findings_of(asked).draft.tally.gain_cents

    def test_adds_up_in_every_segment(self, rehearse):
        found = queries.findings_of(rehearse(KINDER, months=24))

        for tallies in found.segments.values():
            assert sum(tally.gain_cents for tally in tallies.values()) == found.draft.tally.gain_cents
            assert sum(tally.winners for tally in tallies.values()) == found.draft.tally.winners

    def test_of_the_rules_in_force_finds_no_difference_though_a_version_began_in_the_period(
        self, rehearse, past
    ):
        second = replace(KINDER, version=2, effective_from=date(2026, 1, 1))
        version = ProgrammeVersion(number=2, effective_from=second.effective_from, rules=second.to_json())
        version.published_at = NOW
        db.session.add(version)
        db.session.commit()

        found = queries.findings_of(rehearse(second))

        assert found.changes_nothing
        assert found.before.points > 0

    def test_tells_of_points_that_die_sooner(self, rehearse):
        found = queries.findings_of(rehearse(replace(RULES, lot_months=1)))

        assert found.before.expired_points < found.draft.sums.expired_points
        assert not found.changes_nothing

    def test_names_what_it_does_not_reckon(self, rehearse, client_as, past):
        asked = rehearse(replace(RULES, bundle_ladder=(), redemption_min_points=900))

        page = client_as(past.lidia).get(f"/programme/rehearsals/{asked.public_id}").page

        assert queries.findings_of(asked).left_out == ["bundle_ladder", "redemption_min_points"]
        assert page.h1 == "Nothing differs in what was replayed"
        assert "Ladder of the VIP bundle, Fewest points to spend at once" in page.text

    def test_is_kept_whole_and_read_back(self, rehearse):
        asked = rehearse(KINDER)

        assert Findings.from_json(asked.findings).to_json() == asked.findings

    def test_asked_for_twice_with_a_token_is_one(self, past):
        token = uuid.uuid4()

        for _click in range(2):
            with transaction():
                actions.ask(token=token, tried=Tried(RULES), months=12, by=past.lidia.id, at=NOW)

        assert len(db.session.scalars(select(Rehearsal)).all()) == 1
        assert len(db.session.scalars(select(Job).where(Job.kind == queries.JOB)).all()) == 1
        entries = select(AuditEntry).where(AuditEntry.action == "programme.rehearsed")
        assert len(db.session.scalars(entries).all()) == 1

    def test_begins_anew_where_it_was_interrupted(self, app, rehearse):
        asked = rehearse(KINDER)
        before = asked.findings
        asked.findings = asked.finished_at = None
        job = queries.job_of(asked)
        job.finished_at, job.done = None, 0
        db.session.commit()

        Worker(app, "the next").drain()
        db.session.expire_all()

        assert queries.rehearsal_for(asked.public_id).findings == before

    def test_is_refused_where_nothing_was_played(self, house):
        with pytest.raises(rules.NothingPlayedYet), transaction():
            actions.ask(token=uuid.uuid4(), tried=Tried(RULES), months=12, by=house.lidia.id, at=NOW)

    def test_counts_for_the_revision_of_a_draft_that_was_rehearsed(self, rehearse, draft):
        rehearse(KINDER, name=draft.name, draft_id=draft.id, draft_revision=draft.revision)

        assert queries.is_rehearsed(draft_id=draft.id, revision=draft.revision)
        assert not queries.is_rehearsed(draft_id=draft.id, revision=draft.revision + 1)

    def test_grows_old_with_the_days_and_with_a_new_version(self, rehearse, draft):
        asked = rehearse(KINDER, name=draft.name, draft_id=draft.id, draft_revision=draft.revision)
        of = {"draft_id": draft.id, "revision": draft.revision}

        asked.ends_on = TODAY - timedelta(days=rules.FRESH_DAYS + 1)
        assert not queries.is_rehearsed(**of)
        asked.ends_on = TODAY
        assert queries.is_rehearsed(**of)
        asked.versions = [[0, "2010-01-01"]]
        assert not queries.is_rehearsed(**of)

    def test_asked_for_with_a_token_that_asked_for_another_is_refused(self, rehearse, past):
        asked = rehearse()

        for tried, months in ((RULES, 24), (KINDER, 12)):
            with pytest.raises(rules.AskedOtherwise), transaction():
                actions.ask(
                    token=asked.public_id, tried=Tried(tried), months=months, by=past.lidia.id, at=NOW
                )

    @pytest.mark.parametrize(
        ("ends", "months", "begins"),
        [
            (date(2026, 6, 15), 12, date(2025, 6, 16)),
            (date(2026, 2, 28), 12, date(2025, 3, 1)),
            (date(2024, 2, 28), 12, date(2023, 2, 28)),
            (date(2026, 8, 30), 18, date(2025, 2, 28)),
            (date(2026, 12, 31), 24, date(2025, 1, 1)),
        ],
    )
    def test_goes_back_whole_months(self, ends, months, begins):
        assert rules.begins_on(ends, months) == begins


class TestThePages:
    def test_rehearse_a_draft_that_is_chosen(self, app, client_as, past, draft):
        lidia = client_as(past.lidia)
        page = lidia.get(f"/programme/rehearsals?draft={draft.public_id}").page

        address = lidia.submit(page, "/programme/rehearsals", months="24").location
        Worker(app, "a worker").drain()

        assert "Points for all" in lidia.get(address).page.text
        assert queries.is_rehearsed(draft_id=draft.id, revision=1)

    def test_ask_watch_and_read(self, app, client_as, past):
        lidia = client_as(past.lidia)
        page = lidia.get("/programme/rehearsals").page
        assert "Nothing has been rehearsed yet" in page.h1

        address = lidia.submit(page, "/programme/rehearsals", months="12").location
        assert lidia.get(address).page.h1 == "Waits for its turn"
        Worker(app, "a worker").drain()
        found = lidia.get(address).page

        assert found.h1 == "It changes nothing for anybody"
        assert "Points as money" in found.text
        assert "It changes nothing for anybody" in lidia.get("/programme/rehearsals").page.text

    def test_lists_accounts_by_what_they_gain_down_to_the_arithmetic(self, rehearse, client_as, past):
        asked = rehearse(KINDER)
        oskar, address = client_as(past.oskar), f"/programme/rehearsals/{asked.public_id}"

        assert "It costs €" in oskar.get(address).page.h1
        losers = oskar.get(f"{address}/accounts?who=losers").page
        winners = oskar.get(f"{address}/accounts?who=winners&sort=name&q=acme").page
        acme = oskar.get(f"{address}/accounts/{past.acme.public_id}").page

        assert "Nothing found" in losers.text
        assert "Acme Logistics" in winners.text
        assert "Borealis" not in winners.text
        assert "Recomputed now: the same" in acme.text
        assert "Under the rehearsed rules, as Silver" in acme.text

    def test_show_a_gm_the_sums_and_no_client_of_another_hotel(self, rehearse, client_as, past):
        asked = rehearse(KINDER)
        gleb, address = client_as(past.gleb), f"/programme/rehearsals/{asked.public_id}"

        page = gleb.get(address).page

        assert "It costs €" in page.h1
        assert "Acme" not in page.text
        assert gleb.get(f"{address}/accounts").status_code == 403

    def test_hands_out_every_account_as_a_table_and_a_workbook(self, app, rehearse, client_as, past):
        asked = rehearse(KINDER)
        lidia, address = client_as(past.lidia), f"/programme/rehearsals/{asked.public_id}"

        table = lidia.get(f"{address}/accounts.csv").text
        lidia.submit(lidia.get(address).page, f"{address}/workbook")
        Worker(app, "a worker").drain()
        job = db.session.scalar(select(Job).where(Job.kind == queries.WORKBOOK_JOB))
        paper = lidia.get(f"/papers/{job.result['paper']}")

        assert table.count("\r\n") == 3
        assert paper.data.startswith(b"PK")

    def test_asks_the_same_of_the_database_for_one_account_and_for_many(self, rehearse, client_as, past):
        asked = rehearse(KINDER)
        lidia = client_as(past.lidia)

        address = f"/programme/rehearsals/{asked.public_id}/accounts"
        lidia.get(address)
        with count_statements() as with_one:
            lidia.get(f"{address}?q=acme")
        with count_statements() as with_two:
            lidia.get(address)

        assert len(with_one) == len(with_two)


def test_pages_of_accounts_follow_each_other_whatever_the_order(rehearse):
    asked = rehearse(KINDER)
    every = {row.account_id for row in db.session.scalars(select(RehearsedAccount))}

    for sort in queries.SORTS:
        first = queries.accounts(asked.id, queries.AccountFilter(sort=sort), limit=1)
        second = queries.accounts(asked.id, queries.AccountFilter(sort=sort), after=first.next_key, limit=1)
        assert {row.account_id for row in (*first.rows, *second.rows)} == every
        assert second.next_key is None


def test_counts_of_accounts_are_those_of_the_search_and_of_the_sums(rehearse):
    asked = rehearse()
    db.session.scalars(select(RehearsedAccount)).first().move = 1
    db.session.flush()

    every, some = (queries.counts(asked.id, queries.AccountFilter(text=text)) for text in ("", "acme"))

    assert every["same"] == queries.findings_of(asked).draft.tally.same == 2
    assert (some[""], some["same"]) == (1, 1)


def test_a_period_ends_with_the_last_day_that_was_played(rehearse):
    asked = rehearse()

    assert (asked.begins_on, asked.ends_on) == (TODAY - timedelta(days=364), TODAY)


@pytest.mark.parametrize("name", [field.name for field in fields(RULES)])
def test_every_part_of_the_rules_is_replayed_or_named(name):
    assert name in rules.REPLAYED | {rules.TIERS, "version", "effective_from"} or name in words.FIELDS


def test_a_tier_is_replayed_but_for_what_concerns_no_stay():
    other = replace(RULES.tiers[0], invitee_meals_bp=9_000, nights=0, points_per_euro=9)

    assert rules.left_out(RULES, replace(RULES, tiers=(other, *RULES.tiers[1:]))) == ["invitee_meals_bp"]


def test_an_account_whose_points_died_in_the_period_is_among_its_sums(past):
    dead = Replayed("partner", 0, {}, 0, 2_000, 0, 1, 10_000, 0, 0)

    assert queries.Compared(1, "", dead, dead, ()).has_a_past
    assert not queries.Compared(1, "", *[replace(dead, expired_points=0)] * 2, ()).has_a_past

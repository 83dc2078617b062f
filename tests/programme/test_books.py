"""Checking the ledger: what was tampered with is named, what does not add up is reported."""

from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal.database import db, is_postgresql, snapshot, transaction
from portal.programme.books import queries as books
from portal.programme.chain.rules import seal as seal_entry
from portal.programme.ledger import queries as ledger
from portal.programme.seals import actions as seals
from tests.cast import NOW, Cast
from tests.programme.told import Told

TODAY = NOW.date()
TABLES = ("ledger_posting WHERE seq", "ledger_lot WHERE number", "ledger_entry WHERE seq")
"""Where entries leave rows, in the order in which the rows can go."""


@pytest.fixture
def acme(house: Cast, told: Told):
    """Acme has six entries: three stays, three activations."""
    for number in range(3):
        arrival = date(2026, 2, 2) + timedelta(days=20 * number)
        told.stay(house.acme, f"stay {number}", arrival=arrival, nights=3, cents=30_000 + number)
    told.play(house.acme, as_of=TODAY)
    return house.acme


@contextmanager
def tampering():
    """The hand of somebody who can do all with the database: its own guards do not hold them."""
    if is_postgresql():
        db.session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        for table in ("ledger_entry", "ledger_posting", "ledger_seal", "sealed_head"):
            for act in ("update", "delete"):
                db.session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
    yield
    db.session.commit()


def tamper(*statements):
    with tampering():
        for statement in statements:
            db.session.execute(text(statement))


def verified(**known):
    with snapshot():
        return books.verify(**known)


def first_breaks():
    return [(broken.seq, broken.why) for broken in verified().broken]


def seal():
    with transaction():
        return seals.seal_heads(at=NOW)


def cut_tail(account_id, *, keep):
    """Cut off the last entries and make all that is kept beside them fit."""
    entries = list(ledger.chain_of(account_id))
    sums = {}
    for entry in entries[:keep]:
        for posting in entry.postings:
            sums[posting.bucket.value] = sums.get(posting.bucket.value, 0) + posting.points
    columns = ", ".join(
        f"{name} = {sums.get(name, 0)}"
        for name in ("issued", "pending", "active", "held", "spent", "expired", "reversed", "owed")
    )
    tamper(
        *(f"DELETE FROM {table} > {keep}" for table in TABLES),
        f"UPDATE point_balance SET {columns}, seq = {keep}, head = '{entries[keep - 1].hash}'",
    )


class TestVerify:
    def test_finds_nothing_in_good_books(self, acme):
        seal()

        found = verified()

        assert (found.accounts, found.entries, found.broken, found.broken_seal) == (1, 6, (), None)

    @pytest.mark.parametrize(
        ("statement", "seq", "why"),
        [
            ("UPDATE ledger_posting SET points = points * 2 WHERE seq = 3", 3, "seal"),
            ("UPDATE ledger_entry SET service_date = '2026-01-01' WHERE seq = 2", 2, "seal"),
            ("UPDATE ledger_entry SET derivation = NULL WHERE seq = 5", 5, "seal"),
            ("UPDATE ledger_entry SET prev_hash = 'x' WHERE seq = 4", 4, "previous"),
        ],
    )
    def test_names_the_first_entry_that_was_changed(self, acme, statement, seq, why):
        tamper(statement)

        assert first_breaks() == [(seq, why)]

    def test_names_the_first_entry_that_is_missing(self, acme):
        tamper(*(f"DELETE FROM {table} = 3" for table in TABLES))

        assert first_breaks() == [(3, "sequence")]

    def test_notices_a_cut_tail_by_the_balance(self, acme):
        tamper(*(f"DELETE FROM {table} > 4" for table in TABLES))

        assert first_breaks() == [(5, "cut_tail")]

    def test_notices_a_cut_tail_by_the_seal_when_all_else_was_made_to_fit(self, acme):
        seal()
        cut_tail(acme.id, keep=4)

        assert first_breaks() == [(5, "cut_tail")]

    def test_would_not_notice_it_without_a_seal(self, acme):
        cut_tail(acme.id, keep=4)

        assert first_breaks() == []

    def test_notices_a_chain_that_was_written_anew(self, acme):
        seal()
        entries, previous = list(ledger.chain_of(acme.id)), None
        for entry in entries:
            again = seal_entry(
                entry.account, entry.seq, entry.kind, entry.key, entry.at, entry.service_date,
                "forged", entry.postings, entry.derivation, previous or entry.prev_hash,
            )  # fmt: skip
            tamper(
                f"UPDATE ledger_entry SET reference = 'forged', prev_hash = '{again.prev_hash}',"
                f" hash = '{again.hash}' WHERE seq = {entry.seq}"
            )
            previous = again.hash
        tamper(f"UPDATE point_balance SET head = '{previous}'")

        assert first_breaks() == [(6, "rewritten")]

    def test_notices_a_seal_that_was_changed(self, acme):
        seal()
        tamper("UPDATE sealed_head SET seq = 5")

        assert verified().broken_seal.why == "seal"

    def test_notices_a_seal_that_is_missing(self, acme, told: Told):
        seal()
        told.stay(acme, "one more", arrival=date(2026, 6, 2), nights=1, cents=9_000)
        told.play(acme, as_of=TODAY)
        seal()
        tamper("DELETE FROM sealed_head WHERE seal_number = 1", "DELETE FROM ledger_seal WHERE number = 1")

        assert (verified().broken_seal.number, verified().broken_seal.why) == (1, "sequence")

    def test_notices_missing_seals_by_one_that_was_written_down(self, acme):
        sealed = seal()
        tamper("DELETE FROM sealed_head", "DELETE FROM ledger_seal")

        assert verified(known_seals={sealed.number: sealed.hash}).broken_seal.number == 1


class TestSealHeads:
    def test_seals_only_chains_that_have_grown(self, acme):
        first = seal()

        assert [(head.account, head.seq) for head in first.heads] == [(str(acme.public_id), 6)]
        assert seal() is None

    def test_seals_each_onto_the_one_before(self, acme, told: Told):
        first = seal()
        told.stay(acme, "one more", arrival=date(2026, 6, 2), nights=1, cents=9_000)
        told.play(acme, as_of=TODAY)

        second = seal()

        assert (second.number, second.prev_hash) == (2, first.hash)


class TestDisagreements:
    @pytest.mark.parametrize(
        ("statement", "of"),
        [
            ("UPDATE point_balance SET active = active + 7, issued = issued - 7", "balance.active"),
            ("UPDATE point_balance SET seq = 9", "head"),
            ("UPDATE ledger_lot SET active = active - 1 WHERE number = 1", "lot.1.active"),
            ("UPDATE ledger_lot SET expires_on = '2030-01-31' WHERE number = 1", "lot.1.expires_on"),
            ("UPDATE account_standing SET tier = 'gold'", "standing.tier"),
            ("UPDATE played_stay SET nights = 9 WHERE arrival = '2026-02-02'", "standing.slept_nights"),
            ("UPDATE played_stay SET base_cents = 1 WHERE arrival = '2026-02-02'", "standing.spend_cents"),
        ],
    )
    def test_report_what_is_kept_otherwise_than_it_adds_up(self, acme, statement, of):
        tamper(statement)

        with snapshot():
            found = list(books.disagreements())

        assert of in [each.difference.of for each in found]

    def test_report_a_stay_that_was_never_counted(self, acme, told: Told):
        stay = told.stay(acme, "forgotten", arrival=date(2026, 3, 2), nights=1, cents=9_000)

        with snapshot():
            found = [each.difference for each in books.disagreements()]

        assert [(each.of, each.stored) for each in found] == [(f"stay:{stay.natural_key}:1", "not counted")]

    def test_report_a_hold_that_its_lots_do_not_know(self, acme, spend):
        spend(acme, 100)
        tamper("UPDATE ledger_hold SET closed_at = NULL")

        with snapshot():
            found = [each.difference.of for each in books.disagreements()]

        assert found == ["holds.lot.1"]

    def test_are_none_in_good_books(self, acme, spend):
        spend(acme, 700)

        with snapshot():
            assert list(books.disagreements()) == []


class TestCommands:
    def test_verify_names_the_first_broken_entry(self, acme, run):
        tamper("UPDATE ledger_posting SET points = points * 2 WHERE seq = 3")

        answer = run("ledger", "verify")

        assert answer.exit_code == 1
        assert f"Acme Logistics ({acme.public_id}), entry 3: The entry was changed" in answer.output

    def test_verify_says_how_much_holds(self, acme, run):
        answer = run("ledger", "verify")

        assert (answer.exit_code, answer.output) == (0, "6 entries of 1 accounts hold.\n")

    def test_reconcile_reports_and_repairs_nothing(self, acme, run):
        tamper("UPDATE ledger_lot SET active = active - 1 WHERE number = 1")

        answers = [run("ledger", "reconcile") for _ in range(2)]

        assert [answer.exit_code for answer in answers] == [1, 1]
        assert answers[0].output == answers[1].output
        assert "lot.1.active: kept 599, adds up to 600" in answers[0].output

    def test_seal_prints_what_verify_takes(self, acme, run):
        written_down = run("ledger", "seal").output.strip()

        assert run("ledger", "verify", "--seal", written_down).exit_code == 0
        assert run("ledger", "verify", "--seal", written_down[:-1] + "x").exit_code == 1
        assert run("ledger", "verify", "--seal", "nonsense").exit_code == 2

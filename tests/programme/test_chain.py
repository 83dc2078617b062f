"""The chain of entries: what is changed, cut or swapped is named."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from portal.programme.chain.rules import Bucket, Kind, Posting, genesis, seal, verify_chain
from portal.programme.earning.rules import manual_credit
from portal.programme.ledger.rules import credit, hold, open_ledger, release
from tests.programme.strategies import RULES

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def entries():
    ledger = open_ledger("acme")
    earned = manual_credit(rules=RULES, points=900, earned_on=NOON.date())
    return [
        credit(ledger, key="c", reference="r", earned=earned, at=NOON, service_date=NOON.date()),
        hold(ledger, key="h", reference="perk", points=500, at=NOON, day=NOON.date()),
        release(ledger, rules=RULES, key="l", hold="h", at=NOON, day=NOON.date()),
    ]


class TestVerifyChain:
    def test_finds_nothing_in_a_whole_chain(self, entries):
        assert verify_chain(account="acme", entries=entries, head=entries[-1].hash) is None
        assert verify_chain(account="acme", entries=[]) is None

    @pytest.mark.parametrize(
        "change",
        [
            {"key": "other"},
            {"kind": Kind.SPEND},
            {"at": NOON + timedelta(microseconds=1)},
            {"service_date": date(2025, 6, 2)},
            {"reference": "another"},
            {"derivation": {"rule": "x"}},
            {"postings": (Posting(Bucket.ACTIVE, 1, -400), Posting(Bucket.HELD, 1, 400))},
            {"hash": "0" * 64},
        ],
    )
    def test_names_an_entry_that_was_changed(self, entries, change):
        entries[1] = replace(entries[1], **change)

        broken = verify_chain(account="acme", entries=entries)

        assert (broken.seq, broken.why) == (2, "seal")

    def test_names_the_entry_after_one_that_was_sealed_anew(self, entries):
        forged = replace(entries[1], reference="another")
        entries[1] = seal(*(getattr(forged, name) for name in list(forged.__dataclass_fields__)[:-1]))

        broken = verify_chain(account="acme", entries=entries)

        assert (broken.seq, broken.why) == (3, "previous")

    def test_names_the_place_of_one_that_is_missing_or_swapped(self, entries):
        missing = verify_chain(account="acme", entries=[entries[0], entries[2]])
        swapped = verify_chain(account="acme", entries=[entries[1], entries[0], entries[2]])

        assert (missing.seq, missing.why) == (2, "sequence")
        assert (swapped.seq, swapped.why) == (1, "sequence")

    def test_notices_a_tail_that_was_cut_off(self, entries):
        broken = verify_chain(account="acme", entries=entries[:2], head=entries[-1].hash)

        assert (broken.seq, broken.why) == (3, "cut_tail")

    def test_names_the_entry_of_another_account(self, entries):
        broken = verify_chain(account="rival", entries=entries)

        assert (broken.seq, broken.why) == (1, "account")

    def test_names_an_entry_that_does_not_sum_to_zero_though_it_is_sealed(self):
        one_sided = (Posting(Bucket.ACTIVE, 1, 5),)
        entry = seal("acme", 1, Kind.CREDIT, "c", NOON, NOON.date(), "r", one_sided, None, genesis("acme"))

        broken = verify_chain(account="acme", entries=[entry])

        assert (broken.seq, broken.why) == (1, "unbalanced")

    def test_names_a_key_that_comes_twice(self, entries):
        last = entries[-1]
        twice = seal(
            "acme", 4, Kind.RELEASE, last.key, NOON, NOON.date(), "r", last.postings, None, last.hash
        )

        broken = verify_chain(account="acme", entries=[*entries, twice])

        assert (broken.seq, broken.why) == (4, "key_twice")


class TestSeal:
    def test_is_the_same_for_the_same_instant_in_another_zone(self, entries):
        first = entries[0]
        elsewhere = replace(first, at=first.at.astimezone(timezone(timedelta(hours=3))))

        assert verify_chain(account="acme", entries=[elsewhere]) is None

    def test_of_a_first_entry_is_its_own_for_each_account(self):
        assert genesis("acme") != genesis("rival")

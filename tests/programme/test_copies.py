"""A copy of the ledger, checked without the database it came from."""

import json
from datetime import date

import pytest

from portal.database import db, transaction
from portal.programme.seals import actions as seals
from tests.cast import NOW

MONTHS = "A copy tells nothing of closed months: flask ledger verify checks those, too."
MARCH = date(2026, 3, 2)


@pytest.fixture
def copy(house, told, spend, run, tmp_path):
    """Acme earns twice and spends, Borealis earns; sealed in between; the copy's path."""
    told.stay(house.acme, "first", arrival=MARCH, nights=3, cents=50_000)
    told.stay(house.borealis, "other", arrival=MARCH, nights=3, cents=50_000)
    told.play(house.acme, house.borealis, as_of=NOW.date())
    with transaction():
        seals.seal_heads(at=NOW)
    spend(house.acme, 500)
    with transaction():
        seals.seal_heads(at=NOW)
    path = tmp_path / "ledger.jsonl"
    assert run("ledger", "export", path).exit_code == 0
    return path


@pytest.fixture
def check(run, copy, monkeypatch):
    """Check the copy after it was changed; the database is out of reach."""

    def verify(change=None, *words):
        lines = [json.loads(line) for line in copy.read_text().splitlines()]
        if change is not None:
            lines = change(lines)
        copy.write_text("".join(json.dumps(line) + "\n" for line in lines))
        monkeypatch.setattr(db.session, "execute", None)
        monkeypatch.setattr(db.session, "scalar", None)
        return run("ledger", "verify", "--file", copy, *words)

    return verify


def entry(lines, account, seq):
    return next(
        line["entry"]
        for line in lines
        if "entry" in line and (line["entry"]["account"], line["entry"]["seq"]) == (account, seq)
    )


class TestACopy:
    def test_holds_and_names_nobody(self, check, copy, house):
        found = check()

        assert (found.exit_code, found.output) == (0, f"6 entries of 2 accounts hold.\n{MONTHS}\n")
        assert "Acme" not in copy.read_text()

    def test_that_was_changed_names_the_first_broken_entry(self, check, house):
        account = str(house.acme.public_id)

        def change(lines):
            entry(lines, account, 2)["postings"][0][2] += 1
            entry(lines, account, 3)["postings"][0][2] += 1
            return lines

        found = check(change)

        assert found.exit_code == 1
        assert found.output == f"{account}, entry 2: The entry was changed after it was sealed.\n"

    def test_whose_tail_was_cut_is_noticed_by_the_seals(self, check, house):
        account = str(house.acme.public_id)

        def change(lines):
            last = max(
                line["entry"]["seq"] for line in lines if line.get("entry", {}).get("account") == account
            )
            kept = [line for line in lines if line.get("entry", {}).get("seq") != last or
                    line["entry"]["account"] != account]  # fmt: skip
            head = entry(kept, account, last - 1)["hash"]
            for line in kept:
                if line.get("account") == account:
                    line["head"] = head
                if "accounts" in line:
                    line["entries"] -= 1
            return kept

        found = check(change)

        assert found.exit_code == 1
        assert f"{account}, entry 4: The last entries are missing." in found.output

    def test_without_an_account_is_noticed_by_the_seals(self, check, house):
        account = str(house.borealis.public_id)

        def change(lines):
            kept = [line for line in lines if account not in (line.get("account"), *_accounts(line))]
            kept[-1] = {"accounts": 1, "entries": sum("entry" in line for line in kept)}
            return kept

        assert f"{account}, entry 1: The last entries are missing." in check(change).output

    def test_whose_seals_were_cut_is_noticed_by_one_written_down(self, check):
        digests = {}

        def change(lines):
            digests.update({line["seal"]["number"]: line["seal"]["hash"] for line in lines if "seal" in line})
            return [line for line in lines if line.get("seal", {}).get("number") != 2]

        assert check(change).exit_code == 0
        found = check(None, "--seal", f"2:{digests[2]}")
        assert (found.exit_code, "Seal 2: A seal is missing." in found.output) == (1, True)

    def test_that_tells_of_an_account_twice_is_refused(self, check, house):
        def change(lines):
            *rest, last = lines
            start = next(n for n, line in enumerate(rest) if "account" in line)
            chains = rest[start:]
            totals = {name: 2 * last[name] for name in ("accounts", "entries")}
            return [*rest, *chains, totals]

        found = check(change)

        assert (found.exit_code, "cannot be read from line" in found.output) == (1, True)

    def test_that_goes_on_after_its_end_is_refused(self, check):
        found = check(lambda lines: [*lines, lines[-1]])

        assert (found.exit_code, "cannot be read from line" in found.output) == (1, True)

    @pytest.mark.parametrize("place", ["posting", "account"])
    def test_of_other_kinds_of_values_is_refused(self, check, house, place):
        def change(lines):
            if place == "posting":
                entry(lines, str(house.acme.public_id), 2)["postings"][0][2] = "100"
            else:
                next(line for line in lines if "account" in line)["account"] = ["x"]
            return lines

        found = check(change)

        assert (found.exit_code, "cannot be read from line" in found.output) == (1, True)

    def test_that_breaks_off_is_refused(self, check):
        found = check(lambda lines: lines[:-1])

        assert (found.exit_code, "breaks off" in found.output) == (1, True)
        assert "no copy of a ledger" in check(lambda _lines: [{"what": "this"}]).output


def _accounts(line):
    return (line["entry"]["account"],) if "entry" in line else ()

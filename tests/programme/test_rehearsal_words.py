"""What a rehearsal says in a sentence."""

import pytest
from flask_babel import force_locale

from portal.jobs.models import JobState
from portal.programme.rehearsal import words
from portal.programme.rehearsal.models import Rehearsal
from portal.programme.rehearsal.rules import Findings, Sums, Tally, Trial
from portal.programme.schemes.words import SCHEMES


def found(*, lifted=0, lowered=0, same=1, winners=0, **sums):
    draft = Trial(Sums(**sums), Tally(winners=winners, same=same))
    return Findings(draft=draft, lifted=lifted, lowered=lowered)


class TestTheFinding:
    @pytest.mark.parametrize(
        ("findings", "said"),
        [
            (found(same=0), "There was nothing to rehearse over"),
            (found(), "It changes nothing for anybody"),
            (found(cost_cents=312_000, lifted=14), "It costs €3,120 more and lifts 14 companies"),
            (
                found(cost_cents=-100, lifted=1, lowered=2),
                "It saves €1, lifts 1 company and lowers 2 companies",
            ),
            (found(winners=1), "It costs the same"),
            (found(expired_points=25_800), "It costs the same and lets 25,800 more points expire"),
            (found(outstanding_points=1), "It costs the same"),
        ],
    )
    def test_is_one_sentence(self, app, findings, said):
        with app.test_request_context(), force_locale("en"):
            assert words.finding(findings) == said

    def test_has_its_plurals_in_russian(self, app):
        with app.test_request_context(), force_locale("ru"):
            said = words.finding(found(cost_cents=100, lifted=3, lowered=21))

        assert (
            said.replace("\u00a0", " ")
            == "Обходится на 1 € дороже, поднимает 3 компании и опускает 21 компанию"
        )


class TestASegment:
    @pytest.mark.parametrize(
        ("key", "said"), [("0", "no nights"), ("1", "1–24"), ("75", "75–199"), ("200", "200 and more")]
    )
    def test_is_named_by_its_nights(self, app, key, said):
        with app.test_request_context(), force_locale("en"):
            assert words.segment(Findings(), "size", key) == said

    def test_of_many_countries_shows_the_largest_and_the_rest_together(self, app):
        tallies = {f"C{number:02}": Tally(winners=1, gain_cents=number) for number in range(1, 12)}

        with app.test_request_context(), force_locale("en"):
            rows = words.segments_of(Findings(segments={"country": tallies}), "country")

        assert [label for label, _tally in rows][::8] == ["C11", "All others"]
        assert (rows[-1][1].winners, rows[-1][1].gain_cents) == (3, 6)


def test_the_order_is_the_one_of_the_pages_whatever_a_database_makes_of_it(app):
    backwards = Findings(
        schemes=dict.fromkeys(reversed(SCHEMES), Trial()),
        segments={"tier": {"gold": Tally(), "silver": Tally(), "partner": Tally()}},
        tiers=["partner", "silver", "gold"],
    )

    with app.test_request_context(), force_locale("en"):
        labels = [label for label, _sums, _tally in words.side_by_side(Rehearsal(name="A"), backwards)]
        tiers = [label for label, _tally in words.in_order(backwards, "tier")]

    assert labels[2:] == [str(name) for name in SCHEMES.values()]
    assert tiers == ["Partner", "Silver", "Gold"]


def test_a_rehearsal_that_finishes_while_its_page_is_made_has_a_name():
    assert set(words.STATES) == {None, *JobState}

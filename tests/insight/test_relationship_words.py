"""How a relationship is told: places, limits and days, in both languages."""

import re
from dataclasses import replace

import pytest
from flask_babel import force_locale

from portal.accounts import queries as accounts
from portal.database import db
from portal.insight.measures import rules as measures
from portal.insight.purchases.rules import Purchase
from portal.insight.relationship import actions, queries, words
from portal.insight.relationship.rules import Places
from portal.statistics.cells import Cell
from portal.statistics.ranks import Rank
from portal.surveys.results.rules import Index
from tests.documents import papers
from tests.insight.profiles import TODAY, roll_up


def place(group: str, rank: Rank) -> str:
    return words.place_said(Places(group, rank.peers, rank, rank, rank), rank)


@pytest.mark.engines("sqlite")
class TestThePlaceAmongPeers:
    @pytest.mark.parametrize(
        ("group", "rank", "english", "russian"),
        [
            (
                "tier_and_size",
                Rank(7, 1, 12),
                "higher than 7, level with 1 of 12 clients of the same tier and size",
                "выше, чем у 7, как у 1 из 12 клиентов того же уровня и размера",
            ),
            (
                "tier",
                Rank(21, 0, 21),
                "higher than 21 of 21 clients of the same tier",
                "выше, чем у 21 из 21 клиента того же уровня",
            ),
            (
                "all",
                Rank(0, 300, 351),
                "level with 300 of 351 other clients",
                "как у 300 из 351 другого клиента",
            ),
        ],
    )
    def test_says_above_how_many_and_level_with_how_many(self, app, group, rank, english, russian):
        with force_locale("en"):
            assert place(group, rank) == english
        with force_locale("ru"):
            assert place(group, rank) == russian

    def test_names_the_peers_once_on_paper(self, known):
        roll_up()

        with force_locale("en"):
            head, rows = words.place_rows(_whole(known).client)

        assert head == "Among all other clients"
        assert [place for _name, _figure, place in rows][2] == "higher than 12 of 12"

    def test_says_so_where_there_is_nobody_to_compare_with(self, app):
        with force_locale("en"):
            assert words.place_said(None, None) == "no peers yet"


@pytest.mark.engines("sqlite")
class TestWhatTravellersSaid:
    def test_names_the_clients_own_limits_where_it_is_hidden(self, known, client_as):
        roll_up()
        told = queries.whole(accounts.account(known.acme.id)).client

        page = client_as(known.anna).get("/insight/relationship").page.text
        paper = papers.words(actions.print_report(_whole(known), edition="client", locale="en"))

        assert told.guests.cell is Cell.HIDDEN
        for said in (page, paper):
            assert "shown from 10 answers of 5 people on" in said
            assert "of fewer than" not in said

    def test_names_the_hotels_limit_to_the_hotel(self, known, client_as):
        roll_up()

        page = client_as(known.nora).get(f"/insight/relationship/{known.acme.public_id}").page.text

        assert "of fewer than 5 people" in page

    def test_has_its_interval_where_it_is_shown(self, app):
        index = Index(Cell.DOTS, answers=2, dots=(9, 10))

        assert words.guests_note(index) == words.results.note(index)


@pytest.mark.engines("sqlite")
class TestRussian:
    def test_has_one_full_stop_after_a_day_and_no_lawyer(self, known, client_as):
        roll_up()
        known.anna.locale = known.nora.locale = "ru"
        db.session.commit()
        address = f"/insight/relationship/{known.acme.public_id}"
        said = [
            client_as(known.anna).get("/insight/relationship").page.text,
            client_as(known.nora).get(address).page.text,
            *(
                papers.words(actions.print_report(_whole(known), edition=edition, locale="ru"))
                for edition in ("client", "hotel")
            ),
        ]

        for one in said:
            assert ".." not in one
            assert "Адвокат" not in one
            assert "Рекомендующий" in one
        assert [("Количество" in one, "Номер " in one) for one in said[2:]] == [(True, False)] * 2

    @pytest.mark.parametrize(
        ("months", "said"), [(21, "21 месяца"), (22, "22 месяцев"), (25, "25 месяцев"), (61, "61 месяца")]
    )
    def test_counts_the_least_of_months_in_the_genitive(self, app, months, said):
        with force_locale("ru"):
            assert words.at_least(months) == f"Вместе не меньше {said}"


def test_no_step_counts_a_noun_that_would_need_a_plural():
    """Steps are filled without one: `quarters: 1` reads well, `1 quarters` does not."""
    counted = re.compile(
        r"%\((?!\w*(?:bp|cents|nights|points))\w+\)s (?:\w+ )?(?:days|months|quarters|purchases)"
    )

    assert {code: found for code, step in words.STEPS.items() if (found := counted.findall(str(step)))} == {}


def _whole(known):
    return queries.whole(accounts.account(known.acme.id))


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize("locale", ["en", "ru"])
@pytest.mark.parametrize(("edition", "pages"), [("client", 2), ("hotel", 3)])
def test_a_report_of_the_longest_words_keeps_to_its_pages(known, locale, edition, pages):
    roll_up()
    found = _whole(known)
    kinds = ("room", "meal", "hall", "av", "waiter", "interpreter", "taxi", "laundry", "ticket")
    year = [
        Purchase(
            TODAY, 9 * 123_456, 2, known.seaside.id, tuple((one, 123_456) for one in kinds), f"stay:{key}"
        )
        for key in range(20)
    ]
    long = {
        "places": Places("tier_and_size", 121, *[Rank(99, 20, 121)] * 3),
        "breadth": measures.breadth(year, as_of=TODAY, offered=9),
        "depth": measures.depth([replace(one, nights=99) for one in year], as_of=TODAY),
    }
    client = replace(found.client, **long)
    whole = replace(
        found, client=client, hotel=replace(found.hotel, shared=replace(found.hotel.shared, **long))
    )

    printed = actions.print_report(whole, edition=edition, locale=locale)

    assert papers.pages(printed) == pages

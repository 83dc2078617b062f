"""The report of a relationship, from its page and from the command line; and on the real bookings."""

from datetime import date
from itertools import pairwise
from math import floor

import pytest
from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.models import AccountCode
from portal.database import db
from portal.insight.purchases import queries as purchases
from portal.insight.relationship import actions, queries
from portal.insight.relationship.models import RelationshipProfile
from tests.catalogue import stock
from tests.documents import papers
from tests.insight.conftest import SUBSET
from tests.insight.profiles import SECRET, roll_up


class TestTheReport:
    def order(self, client_as, who, address, action, **values):
        browser = client_as(who)
        return browser, browser.submit(browser.get(address).page, action, **values)

    @pytest.mark.parametrize("edition", ["client", "hotel"])
    def test_is_the_same_from_the_page_and_from_the_command_line(
        self, known, client_as, run, tmp_path, edition
    ):
        save_code(known)
        roll_up()
        address = f"/insight/relationship/{known.acme.public_id}"
        nora, ordered = self.order(client_as, known.nora, address, "/report", edition=edition)
        run("worker", "--drain")
        links = nora.get(ordered.location).page.links
        [paper] = [link for link in links if "/papers/" in link]
        target = tmp_path / "report.pdf"

        answer = run(
            "reports", "relationship", "174", "--source", "hotel-demand", "--lang", "en",
            "--edition", edition, "--output", target,
        )  # fmt: skip

        assert answer.exit_code == 0, answer.output
        assert target.read_bytes() == nora.get(paper).data

    def test_from_the_clients_page_is_the_clients_whatever_the_form_says(self, known, client_as, run):
        roll_up()
        anna, ordered = self.order(client_as, known.anna, "/insight/relationship", "/report", edition="hotel")
        run("worker", "--drain")

        [paper] = [link for link in anna.get(ordered.location).page.links if "/papers/" in link]
        assert "for the hotel" not in papers.words(anna.get(paper).data)

    @pytest.mark.engines("sqlite")
    @pytest.mark.parametrize("locale", ["en", "ru"])
    @pytest.mark.parametrize("edition", ["client", "hotel"])
    def test_has_no_fault_the_same_bytes_twice_and_few_pages(self, known, locale, edition):
        roll_up()
        whole = queries.whole(accounts.account(known.acme.id))

        first = actions.print_report(whole, edition=edition, locale=locale)

        assert papers.faults(first) == []
        assert actions.print_report(whole, edition=edition, locale=locale) == first
        assert papers.pages(first) == {"client": 2, "hotel": 3}[edition]

    @pytest.mark.engines("sqlite")
    def test_reads_in_order_with_headings_pictures_and_tables(self, known):
        roll_up()
        whole = queries.whole(accounts.account(known.acme.id))

        read = papers.structure(actions.print_report(whole, edition="client", locale="en"))

        order = ["H1", "At least 25 months", "Length, breadth, depth", "Figure", "Table", "Nights by month",
                 "Promised and delivered", "What travellers said", "Where we stand", "Method"]  # fmt: skip
        places = [read.index(one) for one in order]
        assert places == sorted(places)

    @pytest.mark.engines("sqlite")
    @pytest.mark.parametrize(("locale", "own"), [("en", "Silence"), ("ru", "Молчание")])
    def test_for_the_client_holds_nothing_of_the_hotels_own(self, known, locale, own):
        roll_up()
        whole = queries.whole(accounts.account(known.acme.id))

        said = papers.words(actions.print_report(whole, edition="client", locale=locale))

        assert [word for word in SECRET if word in said] == []
        hotels = papers.words(actions.print_report(whole, edition="hotel", locale=locale))
        assert own in hotels
        assert sum(word in hotels for word in SECRET) >= 3

    @pytest.mark.engines("sqlite")
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            (
                "<script>alert(1)</script><img src=http://127.0.0.1:9/x>",
                "<script>alert(1)</script><imgsrc=http://127.0.0.1:9/x>",
            ),
            ("<img src='file:///etc/passwd'> {{ 7*7 }}", "<imgsrc='file:///etc/passwd'>{{7*7}}"),
            ("\N{RIGHT-TO-LEFT OVERRIDE}evil\N{ZERO WIDTH SPACE}" * 40, "live" * 10),
        ],
    )
    def test_prints_a_hostile_name_as_it_is_and_fetches_nothing(self, known, name, said):
        known.acme.name = name
        db.session.commit()
        roll_up()

        whole = queries.whole(accounts.account(known.acme.id))
        made = actions.print_report(whole, edition="client", locale="en")

        assert papers.faults(made) == []
        shown = "".join(papers.words(made).split())
        assert said in shown

    def test_of_an_unknown_company_is_refused_in_a_sentence(self, known, run, tmp_path):
        answer = run(
            "reports", "relationship", "9", "--source", "hotel-demand", "--output", tmp_path / "x.pdf"
        )

        assert answer.exit_code == 1
        assert "has told of no company 9" in answer.output


@pytest.mark.engines("sqlite")
def test_on_the_real_bookings_are_those_recomputed_from_the_raw_rows(cast, run, raw, tmp_path):
    """Companies 40 and 223: length, breadth and depth once more, from the file itself."""
    day = date(2017, 8, 31)
    imported = run(
        "stays", "import", SUBSET, "--source", "hotel-demand", "--companies-only", "--accept",
        "--as-of", day,
    )  # fmt: skip
    assert imported.exit_code == 0, imported.output
    stock(cast)
    begins = min(row[0] for rows in raw.values() for row in rows)
    assert run("reports", "roll-up", "--as-of", day).exit_code == 0

    for code in ("40", "223"):
        _compare(code, raw[code], begins=begins, day=day)
        target = tmp_path / f"{code}.pdf"
        printed = run(
            "reports", "relationship", code, "--source", "hotel-demand", "--lang", "ru", "--output", target
        )
        assert printed.exit_code == 0, printed.output
        assert papers.faults(target.read_bytes()) == []


def _compare(code, everything, *, begins, day):
    """What the page says of a company, against its rows of the file."""
    account_id = db.session.scalars(select(AccountCode.account_id).where(AccountCode.code == code)).one()
    whole = queries.whole(accounts.account(account_id))
    found = whole.hotel.shared
    rows = [row for row in everything if row[0] <= day]
    year = [row for row in rows if row[0] > date(2016, 8, 31)]
    first = min(row[0] for row in rows if row[2] > 0)
    until = _until([row[0] for row in rows], day=day)
    months = (until.year - first.year) * 12 + until.month - first.month - (until.day < first.day)
    assert found.length.value.months == months
    assert found.length.value.is_at_least is ((first - begins).days < 31)
    assert found.length.value.active_months == len({(row[0].year, row[0].month) for row in rows})
    assert (found.breadth.value.kinds, found.breadth.value.offered) == (1, purchases.kinds_offered())
    assert found.breadth.value.hotels == len({row[3] for row in year})
    assert found.breadth.value.purchases == len(year)
    active = len({(row[0].year, row[0].month) for row in year})
    nights = sum(row[1] for row in year)
    assert (found.depth.value.nights, found.depth.value.active_months) == (nights, active)
    assert found.depth.value.nights_centi == floor(100 * nights / active + 0.5)
    assert abs(found.depth.value.cents - sum(row[2] for row in year)) <= len(year)
    _compare_places(account_id, found)
    _compare_frequency(rows, whole.found.frequency.value)


def _compare_places(account_id, found):
    """The places once more, from what was rolled up of the others."""
    everybody = db.session.scalars(select(RelationshipProfile)).all()
    [own] = [one for one in everybody if one.account_id == account_id]
    others = [one for one in everybody if one.account_id != account_id]
    tier = [one for one in others if one.tier == own.tier]
    same = [one for one in tier if one.size == own.size]
    groups = [("tier_and_size", same), ("tier", tier), ("all", others)]
    group, peers = next(each for each in groups if len(each[1]) >= 10)
    assert (found.places.group, found.places.peers) == (group, len(peers))
    for name, place in (
        ("length_months", found.places.length),
        ("share_bp", found.places.breadth),
        ("nights_centi", found.places.depth),
    ):
        values = [getattr(one, name) for one in peers]
        mine = getattr(own, name)
        below, level = sum(one < mine for one in values), values.count(mine)
        assert (place.below, place.level, place.peers) == (below, level, len(values)), name
        assert place.percentile == floor(50 * (2 * below + level) / len(values) + 0.5), name


def _compare_frequency(rows, found):
    """Days with a check-out, and not rooms, of the last year."""
    assert found.days == len({row[0] for row in rows if row[0] > date(2016, 8, 31)})


def _until(bought, *, day):
    """To today while they are awake, else to the last purchase."""
    days = sorted(set(bought))
    gaps = sorted((after - before).days for before, after in pairwise(days))
    place = 0.9 * (len(gaps) - 1)
    low, high = gaps[floor(place)], gaps[min(floor(place) + 1, len(gaps) - 1)]
    usual = max(1, round(low + (place % 1) * (high - low)))
    return day if (day - days[-1]).days <= usual else days[-1]


def save_code(known):
    db.session.add(AccountCode(account_id=known.acme.id, source="hotel-demand", code="174"))
    db.session.commit()

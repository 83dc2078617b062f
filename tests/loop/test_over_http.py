"""The same loop over HTTP alone, on PostgreSQL: no browser, no script, forms as they stand."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings.models import Booking
from portal.database import db, end_reads
from portal.programme.ledger import queries as ledger
from portal.programme.standing import queries as standing
from tests.cast import NOW
from tests.documents import papers
from tests.loop.caller import Caller
from tests.loop.house import open_house, stays_file
from tests.loop.second_half import WORDS, assert_heard, let_the_worker_work, survey_path

DAY = NOW.date() + timedelta(days=4)


@pytest.mark.engines("postgresql")
def test_from_import_to_report_without_script(app, cast, clock, live_server):
    """Import, accept, book with points, deliver both lines: the ledger follows every step. Then the guest
    answers, the employee reads the thanks, and the client's report is printed.
    """
    catalogue = open_house(cast)
    db.session.commit()
    lidia, bruno = Caller(live_server, cast.lidia.email), Caller(live_server, cast.bruno.email)

    lidia.get("/stays/imports")
    lidia.upload("/stays/imports", "stays.csv", stays_file(), source="hotel-demand")
    lidia.send("/acceptance")
    end_reads()
    assert standing.tier_of(cast.acme.id) == "gold"
    points = ledger.balance_of(cast.acme.id)

    bruno.get(f"/corporate/bookings/new?hotel={cast.seaside.code}")
    order = {"day": DAY.isoformat(), "starts": "09:00", "ends": "18:00", "points": "500"}
    counts = dict.fromkeys(_counts(bruno.page, ("waiter", "laundry")), "4")
    order |= {"guest": str(cast.tamaras_card.public_id)}
    # Without script the price is asked for by its own button, and then confirmed as it was seen.
    bruno.send("/corporate/bookings", to="/corporate/bookings/price", **order, **counts)
    bruno.send("/corporate/bookings")
    end_reads()
    booking = db.session.scalars(select(Booking)).one()
    assert ledger.balance_of(cast.acme.id).held == 500

    clock.set(NOW + timedelta(days=4))
    dario = Caller(live_server, cast.dario.email)
    for code in ("waiter", "laundry"):
        dario.get(f"/desk?q={cast.tamaras_card.number}")
        dario.send("/desk/services", service=catalogue.services[code].code)
    end_reads()
    after = ledger.balance_of(cast.acme.id)
    assert db.session.scalars(select(Booking)).one().fulfilled_at is not None
    assert (after.held, after.spent, after.pending) == (0, 500, points.pending + booking.points_to_earn)

    clock.advance(hours=3)
    let_the_worker_work(app)
    _answer(live_server, survey_path(), thanked=str(cast.dario.public_id))
    assert_heard(cast)
    dario.get("/staff/me")
    assert WORDS in dario.page.text
    _print_report(app, Caller(live_server, cast.anna.email))


def _answer(live_server, path, *, thanked):
    guest = Caller(live_server)
    guest.get(path)
    for value in ("5", "10", "laundry", "A lift that is faster."):
        guest.send("/answers/", answer=value)
    guest.send("/answers/", answer=thanked, words=WORDS)
    guest.send("/submission")
    assert guest.page.h1 == "Your answer is with us"


def _print_report(app, anna):
    anna.get("/insight/relationship")
    anna.send("/report")
    job = anna.url
    let_the_worker_work(app)
    [address] = [link for link in anna.get(job.removeprefix(anna.house)).links if "/papers/" in link]
    report = anna.download(address)
    assert papers.faults(report) == []
    assert "Acme Logistics" in papers.words(report)


def _counts(page, codes):
    """The names of the quantity fields of these services."""
    fields = {node.get("value"): node.get("name") for node in page.all("input") if node.get("value") in codes}
    return [fields[code].replace("-service", "-count") for code in codes]

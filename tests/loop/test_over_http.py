"""The same loop over HTTP alone, on PostgreSQL: no browser, no script, forms as they stand."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.corporate.bookings.models import Booking
from portal.database import db, end_reads
from portal.programme.ledger import queries as ledger
from portal.programme.standing import queries as standing
from tests.cast import NOW
from tests.loop.caller import Caller
from tests.loop.house import open_house, stays_file

DAY = NOW.date() + timedelta(days=4)


@pytest.mark.engines("postgresql")
def test_import_earn_book_deliver_without_script(cast, clock, live_server):
    """Import, accept, book with points, deliver both lines: the ledger follows every step."""
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


def _counts(page, codes):
    """The names of the quantity fields of these services."""
    fields = {node.get("value"): node.get("name") for node in page.all("input") if node.get("value") in codes}
    return [fields[code].replace("-service", "-count") for code in codes]

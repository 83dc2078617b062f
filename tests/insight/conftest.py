"""The real bookings from the file, and companies whose stays are written straight into the table."""

import calendar
import csv
import gzip
import uuid
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

import portal.demo
from portal.database import db
from portal.stays.models import Import, Stay
from tests.cast import NOW, account
from tests.corporate.bookings.conftest import raise_tier

SUBSET = Path(portal.demo.__file__).parent / "hotel_bookings_companies.csv.gz"
MONTHS = list(calendar.month_name)[1:]


@pytest.fixture(scope="session")
def raw():
    """Checked-out bookings of the real file by company: (day of check-out, nights, cents, hotel)."""
    found = defaultdict(list)
    with gzip.open(SUBSET, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["reservation_status"] != "Check-Out":
                continue
            arrival = date(
                int(row["arrival_date_year"]),
                MONTHS.index(row["arrival_date_month"]) + 1,
                int(row["arrival_date_day_of_month"]),
            )
            nights = int(row["stays_in_weekend_nights"]) + int(row["stays_in_week_nights"])
            cents = round(float(row["adr"]) * 100 * nights + 1e-9)
            found[row["company"]].append(
                (arrival + timedelta(days=nights), nights, max(cents, 0), row["hotel"])
            )
    return {company: sorted(rows) for company, rows in found.items()}


@pytest.fixture
def slept(cast, save):
    """Stays of a company, written straight into the table: `slept(company, [3, 40, 90])`, days ago."""
    offered = save(
        Import(
            public_id=uuid.uuid4(), source="test", filename="x", digest="x", companies_only=False,
            shift_weeks=0, uploaded_at=NOW, as_of=NOW.date(), counts={},
        )
    )  # fmt: skip

    def write(company, backs, *, nights=2, cents=20_000, house=cast.seaside, status="checked_out"):
        for number, back in enumerate(backs):
            day = NOW.date() - timedelta(days=back)
            db.session.add(
                Stay(
                    natural_key=f"{company.id}:{number}:{back}:{uuid.uuid4()}", version=1,
                    content_digest="x", import_id=offered.id, row_no=1, source="test", reservation="",
                    property_id=house.id, account_id=company.id, guest_id=None,
                    status=status, arrival=day - timedelta(days=nights), departure=day,
                    nights=nights, adults=1, children=0, room_type="", room_no=None, segment="",
                    currency="EUR", room_revenue_cents=cents, settled_on=day,
                    checked_out_on=day if status == "checked_out" else None,
                    is_late=False,
                )
            )  # fmt: skip
        db.session.commit()

    return write


@pytest.fixture
def known(cast, slept, save):
    """Acme is a regular of two years; eleven others came now and then, five of them once."""
    raise_tier(cast.acme.id, "gold")
    slept(cast.acme, list(range(4, 800, 14)))
    for number in range(11):
        other = save(account(f"Other {number}"))
        slept(other, [30 + number] if number < 5 else [20 + number, 90 + number, 200 + number])
    return cast

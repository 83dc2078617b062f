"""The house in which the loop is walked: the cast, a catalogue with desk keys, and a file of stays."""

import csv
import io
from datetime import date, timedelta

from portal.accounts.models import AccountCode
from portal.database import db
from tests.cast import NOW, Cast
from tests.catalogue import Catalogue, stock

SOURCE = "hotel-demand"
CODE = "174"
DESK_KEYS = ("laundry", "taxi", "hall", "av", "waiter", "interpreter", "ticket")
COLUMNS = (
    "hotel", "is_canceled", "lead_time", "arrival_date_year", "arrival_date_month",
    "arrival_date_week_number", "arrival_date_day_of_month", "stays_in_weekend_nights",
    "stays_in_week_nights", "adults", "children", "babies", "meal", "country", "market_segment",
    "distribution_channel", "is_repeated_guest", "previous_cancellations",
    "previous_bookings_not_canceled", "reserved_room_type", "assigned_room_type", "booking_changes",
    "deposit_type", "agent", "company", "days_in_waiting_list", "customer_type", "adr",
    "required_car_parking_spaces", "total_of_special_requests", "reservation_status",
    "reservation_status_date",
)  # fmt: skip
USUAL = {
    "hotel": "City Hotel", "is_canceled": "0", "lead_time": "3", "arrival_date_week_number": "1",
    "adults": "1", "children": "0", "babies": "0", "meal": "BB", "country": "PRT",
    "market_segment": "Corporate", "distribution_channel": "Corporate", "reserved_room_type": "A",
    "assigned_room_type": "A", "deposit_type": "No Deposit", "agent": "NULL", "company": CODE,
    "customer_type": "Transient", "adr": "90", "reservation_status": "Check-Out",
}  # fmt: skip
STAYS, NIGHTS_EACH = 16, 5


def open_house(cast: Cast) -> Catalogue:
    """Furnish both hotels, tie Acme to its code in the hotel system, put services on the desk's keys."""
    catalogue = stock(cast)
    for key, code in enumerate(DESK_KEYS, start=1):
        catalogue.services[code].desk_key = key
    db.session.add(AccountCode(account_id=cast.acme.id, source=SOURCE, code=CODE))
    db.session.commit()
    return catalogue


def stays_file() -> bytes:
    """Eighty nights of Acme in sixteen stays of the last year, enough for Gold; one row has no company."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="0", lineterminator="\n")
    writer.writeheader()
    first = NOW.date() - timedelta(days=340)
    for number in range(STAYS):
        writer.writerow({**USUAL, **_days(first + timedelta(days=20 * number))})
    writer.writerow({**USUAL, **_days(first), "company": "NULL"})
    return text.getvalue().encode()


def _days(arrival: date) -> dict[str, str]:
    return {
        "arrival_date_year": str(arrival.year),
        "arrival_date_month": f"{arrival:%B}",
        "arrival_date_day_of_month": str(arrival.day),
        "stays_in_week_nights": str(NIGHTS_EACH),
        "reservation_status_date": (arrival + timedelta(days=NIGHTS_EACH)).isoformat(),
    }

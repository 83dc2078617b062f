"""What an account slept, before any rule of the programme."""

from datetime import date

import pytest

from portal.accounts.models import AccountCode
from portal.stays.queries import account_stay_totals
from tests.cast import Cast
from tests.stays.exports import (
    folios,
    take,
)


class TestStayTotals:
    @pytest.mark.parametrize(("day", "stays"), [(date(2026, 3, 7), 0), (date(2026, 3, 8), 1)])
    def test_count_what_was_checked_out_by_the_end_of_the_day(
        self, acme_code: AccountCode, cast: Cast, day: date, stays: int
    ):
        take(folios({}, {"reservation_id": "R-2", "status": "no_show"}))

        assert account_stay_totals(cast.acme.id, as_of=day).stays == stays

    @pytest.mark.parametrize(
        ("second", "stays"),
        [
            ({}, 1),
            ({"arrival": "2026-03-09"}, 2),
            ({"property_code": "TWN"}, 2),
            ({"membership_no": ""}, 2),
            ({"status": "no_show"}, 1),
        ],
        ids=["back to back", "a day between", "at another hotel", "of nobody known", "that was not slept"],
    )
    def test_back_to_back_stays_of_one_guest_at_one_hotel_are_one(
        self, acme_code: AccountCode, cast: Cast, second: dict[str, str], stays: int
    ):
        card = {"membership_no": cast.tamaras_card.number}
        then = {"reservation_id": "R-2", "arrival": "2026-03-08", "departure": "2026-03-10", **card, **second}

        take(folios(card, then))

        assert account_stay_totals(cast.acme.id).stays == stays

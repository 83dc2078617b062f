"""How figures are printed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from babel import numbers
from flask_babel import force_locale

from portal.clock import last_day
from portal.web import formats, why


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_a_count_is_what_the_language_writes_short_or_long(app, locale):
    with app.test_request_context(), force_locale(locale):
        for number in (*range(-1_200, 1_200), 10_000, 1_234_567):
            assert formats.count(number) == numbers.format_decimal(number, locale=locale)


@pytest.mark.parametrize(
    ("locale", "said"),
    [("en", "27 June 2026, 24:00"), ("ru", "27 июня 2026\N{NARROW NO-BREAK SPACE}г., 24:00")],
)
def test_a_deadline_at_midnight_is_the_end_of_the_day_before(app, locale, said):
    midnight = datetime(2026, 6, 27, 23, tzinfo=UTC)  # Lisbon's 28 June, 00:00
    with app.test_request_context(), force_locale(locale):
        assert formats.until(midnight, "Europe/Lisbon") == said
        minute_after = midnight + timedelta(minutes=1)
        assert formats.until(minute_after, "Europe/Lisbon") == formats.when(minute_after, "Europe/Lisbon")
        assert why.fill("%(cut_off_at)s", {"cut_off_at": midnight.isoformat()}, zone="Europe/Lisbon") == said
    assert last_day(midnight, "Europe/Lisbon") == date(2026, 6, 27)
    assert last_day(minute_after, "Europe/Lisbon") == date(2026, 6, 28)

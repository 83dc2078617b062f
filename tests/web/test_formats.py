"""How figures are printed."""

import pytest
from babel import numbers
from flask_babel import force_locale

from portal.web import formats


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_a_count_is_what_the_language_writes_short_or_long(app, locale):
    with app.test_request_context(), force_locale(locale):
        for number in (*range(-1_200, 1_200), 10_000, 1_234_567):
            assert formats.count(number) == numbers.format_decimal(number, locale=locale)

"""Fields for the numbers of the rules. A manager writes 12.5 or 12,5 %; the rules hold 1250 basis points."""

import re
from collections.abc import Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any

from babel import numbers
from flask_babel import get_locale
from flask_babel import gettext as _
from wtforms import Field, IntegerField
from wtforms.widgets import TextInput, TimeInput

HUNDRED = 100
MOST_DIGITS = 9
MOST_ITEMS = 60
# Digits and one separator: no exponent, no infinity.
_PLAIN = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)


class WholeField(IntegerField):
    """A whole number of at most nine digits."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "numeric"})
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if text:
            self.data = _whole(text)


class HundredthsField(Field):
    """A number with two decimals that is kept in hundredths: percent as basis points, euros as cents."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "decimal"})
        super().__init__(label, validators, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        locale = get_locale()
        return numbers.format_decimal(
            Decimal(self.data) / HUNDRED, "0.##", locale=locale.language if locale else "en"
        )

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(" ", "").replace("\u00a0", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if _PLAIN.fullmatch(text) is None or len(text) > MOST_DIGITS + 2:
            raise ValueError(_("Enter a number, like 12.5."))
        number = Decimal(text.replace(",", ".")) * HUNDRED
        if number != number.to_integral_value():
            raise ValueError(_("Enter a number with at most two decimals."))
        self.data = int(number)


class ClockField(Field):
    """A time of the day as text, 14:00; none when it is empty."""

    widget = TimeInput()

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else _to_the_minute(self.data or "")

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = _to_the_minute(str(valuelist[0]).strip()) or None if valuelist else None


class WholesField(Field):
    """Several whole numbers, with commas between them."""

    widget = TextInput()

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ", ".join(map(str, self.data or ()))

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = [_whole(part) for part in _parts(valuelist)]


class DaysField(Field):
    """Several days, with commas between them, as 2026-07-14."""

    widget = TextInput()

    def _value(self) -> str:
        return (
            str(self.raw_data[0]) if self.raw_data else ", ".join(day.isoformat() for day in self.data or ())
        )

    def process_formdata(self, valuelist: list[Any]) -> None:
        try:
            self.data = [date.fromisoformat(part) for part in _parts(valuelist)]
        except ValueError as error:
            raise ValueError(_("Enter days like 2026-07-14, with commas between them.")) from error


def _to_the_minute(text: str) -> str:
    """A time as browsers read it: 2000 and 20 are times too, but would be shown as nothing, and be lost."""
    try:
        return time.fromisoformat(text).replace(tzinfo=None).isoformat("minutes")
    except ValueError:
        # The rules refuse it by name.
        return text


def _parts(valuelist: Sequence[Any]) -> list[str]:
    text = str(valuelist[0]) if valuelist else ""
    parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
    if len(parts) > MOST_ITEMS:
        raise ValueError(_("Enter fewer."))
    return parts


def _whole(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise ValueError(_("Enter a whole number.")) from error
    if len(text) > MOST_DIGITS:
        raise ValueError(_("Enter a smaller number."))
    return number

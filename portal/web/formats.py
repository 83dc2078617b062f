"""How figures and times are printed: one place for pages, letters and documents."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import dates, numbers
from flask_babel import get_locale, gettext, ngettext

NO_BREAK = "\u00a0"
HUNDRED = 100
GROUPED_FROM = 1_000
BASIS_POINTS = 100
MINUTE_S = 60
END_OF_DAY = "24:00"


def _locale() -> str:
    locale = get_locale()
    language = locale.language if locale is not None else "en"
    # en-GB: the day first, a 24-hour clock.
    return "en_GB" if language == "en" else language


def cents(amount: int, currency: str = "EUR") -> str:
    """Money from minor units; without decimals when they are zero."""
    pattern = "¤#,##0" if amount % HUNDRED == 0 else "¤#,##0.00"
    if _locale() == "ru":
        pattern = pattern[1:] + NO_BREAK + "¤"
    sign = "−" if amount < 0 else ""
    value = Decimal(abs(amount)) / HUNDRED
    return sign + numbers.format_currency(value, currency, pattern, locale=_locale(), currency_digits=False)


def count(number: int) -> str:
    """A whole number with the reader's grouping."""
    if abs(number) < GROUPED_FROM:
        return str(number)  # what any of our languages writes, without looking up its patterns
    return numbers.format_decimal(number, locale=_locale())


def hundredths(number: int) -> str:
    """A number that is kept in hundredths: 250 is 2.5."""
    return numbers.format_decimal(number / 100, format="#,##0.##", locale=_locale())


def points(number: int) -> str:
    return ngettext("%(count)s point", "%(count)s points", number, count=count(number))


def nights(number: int) -> str:
    return ngettext("%(count)s night", "%(count)s nights", number, count=count(number))


def percent_bp(basis_points: int) -> str:
    """A percentage from basis points: 1250 is 12.5 %."""
    value = Decimal(basis_points) / BASIS_POINTS
    return numbers.format_decimal(value, "#,##0.##", locale=_locale()) + NO_BREAK + "%"


def day(value: date) -> str:
    """A day in words: 5 March 2026, 5 марта 2026 г."""
    return dates.format_date(value, "d MMMM y" if _locale() == "en_GB" else "long", locale=_locale())


def local_day(instant: datetime, zone: str) -> str:
    """The day of an instant in a property's zone, in words."""
    return day(instant.astimezone(ZoneInfo(zone)).date())


def short_day(value: date) -> str:
    """A day in a table: 05/03/2026, 05.03.2026."""
    return dates.format_date(value, "dd/MM/y" if _locale() == "en_GB" else "dd.MM.y", locale=_locale())


def month(value: date) -> str:
    return dates.format_date(value, "LLLL y", locale=_locale())


def when(instant: datetime, zone: str = "UTC") -> str:
    """An instant in a property's zone: 5 March 2026, 14:02."""
    local = instant.astimezone(ZoneInfo(zone))
    return gettext("%(day)s, %(time)s", day=day(local.date()), time=clock_time(instant, zone))


def until(instant: datetime, zone: str = "UTC") -> str:
    """A deadline in a property's zone: one at midnight ends the day before, 27 June 2026, 24:00."""
    local = instant.astimezone(ZoneInfo(zone))
    if local.time() != time():
        return when(instant, zone)
    return gettext("%(day)s, %(time)s", day=day(local.date() - timedelta(days=1)), time=END_OF_DAY)


def clock_time(instant: datetime, zone: str = "UTC") -> str:
    return dates.format_time(instant.astimezone(ZoneInfo(zone)).time(), "HH:mm", locale=_locale())


def ago(instant: datetime, now: datetime, zone: str = "UTC") -> str:
    """Relative within a day, absolute after, in a zone."""
    difference = instant - now
    if -MINUTE_S < difference.total_seconds() <= 0:
        return gettext("just now")
    if abs(difference.total_seconds()) < 24 * 3600:
        return dates.format_timedelta(difference, add_direction=True, locale=_locale())
    return when(instant, zone)


def iso(value: datetime | date) -> str:
    """For the `datetime` attribute of <time>."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def card_number(digits: str) -> str:
    """Digits in groups of four, as on the card."""
    return NO_BREAK.join(digits[start : start + 4] for start in range(0, len(digits), 4))


def initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()


FILTERS = {
    "cents": cents,
    "count_text": count,
    "points": points,
    "nights": nights,
    "percent_bp": percent_bp,
    "day": day,
    "local_day": local_day,
    "short_day": short_day,
    "month": month,
    "when": when,
    "until": until,
    "clock_time": clock_time,
    "ago": ago,
    "iso": iso,
    "card_number": card_number,
    "initials": initials,
}

"""Reading one cell: days, amounts, whole numbers, yes and no. What cannot be read is a `RowFault`."""

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from portal.stays import rules
from portal.stays.rules import RowFault

BASIS_POINTS = 10_000
YES = frozenset({"1", "true", "yes", "y", "x", "да", "д", "истина"})
NO = frozenset({"", "0", "false", "no", "n", "нет", "н", "ложь"})

_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u2009\u202f")
_PLAIN = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?", re.ASCII)
_GROUPED = re.compile(r"-?\d{1,3}(?:(?:,\d{3})+\.\d{1,6}|(?:\.\d{3})+,\d{1,6})", re.ASCII)
_AMBIGUOUS = re.compile(r"-?[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3})+)", re.ASCII)


def text(cell: str, field: str, *, limit: int = rules.TEXT_CHARACTERS) -> str:
    """A text without the spaces around it; neither a formula nor longer than its limit."""
    if rules.holds_formula(cell):
        raise RowFault("formula", field=field, value=cell)
    cell = cell.strip()
    if rules.holds_formula(cell):
        raise RowFault("formula", field=field, value=cell)
    if len(cell) > limit:
        raise RowFault("too_long", field=field, found=len(cell), limit=limit)
    return cell


def code(cell: str, field: str) -> str:
    return text(cell, field, limit=rules.CODE_CHARACTERS)


def required(cell: str, field: str) -> str:
    found = code(cell, field)
    if not found:
        raise RowFault("missing", field=field)
    return found


def whole_number(cell: str, field: str, *, default: int, limit: int) -> int:
    """A number that is not negative, without decimals other than zeros."""
    cell = cell.translate(_SPACES)
    if not cell:
        return default
    match = re.fullmatch(r"(-?\d{1,9})(?:[.,]0+)?", cell, re.ASCII)
    if match is None:
        raise RowFault("not_a_number", field=field, value=cell)
    found = int(match[1])
    if found < 0:
        raise RowFault("negative", field=field, value=cell)
    if found > limit:
        raise RowFault("too_large", field=field, value=cell, limit=limit)
    return found


def check_unambiguous(cell: str, field: str) -> None:
    """Refuse what is a thousand and more to one house and one and a bit to the next: 1,234."""
    if _AMBIGUOUS.fullmatch(cell.translate(_SPACES).replace("\u2212", "-")):
        raise RowFault("ambiguous_amount", field=field, value=cell)


def cents(cell: str, field: str) -> int | None:
    """An amount in hundredths, rounded half up; none where nothing is written."""
    found = _decimal(cell, field, fault="not_an_amount")
    if found is None:
        return None
    hundredths = int((found * 100).to_integral_value(ROUND_HALF_UP))
    if abs(hundredths) > rules.MAX_CENTS:
        raise RowFault("amount_too_large", field=field, value=cell)
    return hundredths


def basis_points(cell: str, field: str) -> int | None:
    """A percentage as written, `20`, `20 %` or `5,5`; none where nothing is written."""
    found = _decimal(cell.replace("%", ""), field, fault="not_a_percentage")
    if found is None:
        return None
    points = int((found * 100).to_integral_value(ROUND_HALF_UP))
    if not 0 <= points <= BASIS_POINTS:
        raise RowFault("not_a_percentage", field=field, value=cell)
    return points


def share(amount_cents: int, points: int, *, out_of: int = BASIS_POINTS) -> int:
    """A share of an amount, rounded half up away from zero: 20 % of −2.53 is −0.51."""
    exact = Decimal(amount_cents) * points / out_of
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _decimal(cell: str, field: str, *, fault: str) -> Decimal | None:
    written = cell.translate(_SPACES).replace("\u2212", "-")
    if not written:
        return None
    check_unambiguous(cell, field)
    if _PLAIN.fullmatch(written):
        return Decimal(written.replace(",", "."))
    if _GROUPED.fullmatch(written):
        sign = max(written.rfind(","), written.rfind("."))
        whole = written[:sign].replace(",", "").replace(".", "")
        return Decimal(f"{whole}.{written[sign + 1 :]}")
    raise RowFault(fault, field=field, value=cell)


def yes(cell: str, field: str) -> bool:
    word = cell.strip().casefold()
    if word not in YES | NO:
        raise RowFault("not_yes_or_no", field=field, value=cell)
    return word in YES


def day(cell: str, field: str) -> str:
    """A day, `2026-03-05` or `05.03.2026`, as ISO text."""
    found = moment(cell, field, zone="UTC")
    if found is None:
        raise RowFault("missing", field=field)
    return found


@lru_cache(maxsize=4096)
def moment(cell: str, field: str, *, zone: str) -> str | None:
    """The day of an instant in the property's zone, as ISO text; an instant that names no zone is local."""
    written = cell.strip()
    if not written:
        return None
    try:
        match = _DAY_FIRST.fullmatch(written)
        if match is not None:
            found = _from_parts(match)
        else:
            found = datetime.fromisoformat(written)
            if found.tzinfo is not None:
                found = found.astimezone(ZoneInfo(zone))
    except (ValueError, OverflowError):
        raise RowFault("wrong_date", field=field, value=cell) from None
    if not rules.FIRST_YEAR <= found.year <= rules.LAST_YEAR:
        raise RowFault("wrong_date", field=field, value=cell)
    return found.date().isoformat()


def _from_parts(match: re.Match[str]) -> datetime:
    day_no, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
    return datetime(year, month, day_no, hour, minute, second)  # noqa: DTZ001 -- local to the property


def days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days

"""What may be done with a draft, and from where it begins."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count, pairwise

from portal.programme.comparison.rules import KEYS, late_checkout_minutes
from portal.programme.ranks.rules import nearest
from portal.programme.rules import (
    ContactBudget,
    DoorsNotRising,
    FieldOutOfRange,
    Refusal,
    Rules,
    TierRules,
    in_force,
)
from portal.programme.schemes import rules as schemes
from portal.programme.terms.rules import SOUVENIRS, TIER_NAMES, UNNAMED, Names

IN_FORCE = "in_force"
"""A draft that begins as the version in force, or as the last that is published and still to come."""
STARTS = (IN_FORCE, *schemes.SCHEMES)
_WITHDRAWN = "withdrawn_"
TIERS = "tiers"
FIRST_REVISION = 1
LEAST_TIERS, MOST_TIERS = 2, 6
MOST_LINES = 200
_LONGEST_MONTH = 31
_FARTHEST_DAYS = 731
_MOST_VAT_BP = 3_000
_HOURS_IN_DAY = 24
_MINUTES_IN_HOUR = 60

# The pages on which a draft is edited, and what each of them holds.
SECTIONS: dict[str, tuple[str, ...]] = {
    TIERS: (
        "doors",
        "tiers",
        "credit_step_cents",
        "credit_max_nights",
        "window_days",
        "grace_days",
        "review_day",
    ),
    "discounts": ("cap_bp", "combination", "bundle_ladder"),
    "accrual": ("accrual", "earning_starts"),
    "points": (
        "point_value_cents",
        "point_cost_bp",
        "activation_days",
        "lot_months",
        "dead_lot_revival_days",
        "expiry_notice_days",
        "redemption_min_points",
        "redemption_step_points",
        "hold_minutes",
    ),
    "promotions": ("promotions",),
    "floors": ("floors",),
    "vat": ("vat",),
    "compensation": ("compensation",),
    "credits": ("manual_credits",),
    "contact": ("contact_budget",),
    "effect": ("effective_from", "notice_days"),
}


class DraftChanged(Refusal):
    """Somebody saved the draft after this form was opened."""


class DraftNotOpen(Refusal):
    """The draft is submitted, published or withdrawn: it is not edited any more."""


class DayTooFar(Refusal):
    """The day of effect is so far from today that it can only be a slip: nothing could follow it."""


class QuietAllDay(Refusal):
    """Kept in whole hours, the quiet time would leave no hour of the day."""


def start_of(number: int) -> str:
    """The start of a draft that says what a withdrawn version said, by its number."""
    return f"{_WITHDRAWN}{number}"


def begun(
    *, start: str, versions: Sequence[Rules], number: int, today: date, withdrawn: Sequence[Rules] = ()
) -> Rules:
    """Make the rules with which a draft begins, for a first of a month after the last version.

    They are those of the last version, of a classic scheme made of it, or of a version that was withdrawn.
    """
    last = max(versions, key=lambda version: version.effective_from)
    again = next((version for version in withdrawn if start_of(version.version) == start), None)
    base = again or (last if start == IN_FORCE else schemes.apply(last, start))
    earliest = max(
        today + timedelta(days=promised_days(versions, last, today)), last.effective_from + timedelta(days=1)
    )
    return replace(base, version=number, effective_from=first_of_month_from(earliest))


def promised_days(versions: Sequence[Rules], previous: Rules, today: date) -> int:
    """The longest notice that is promised today: by the version in force, or by the one to be followed."""
    return max(in_force(versions, today).notice_days, previous.notice_days, 1)


def before(versions: Sequence[Rules], draft: Rules) -> Rules:
    """The version that a draft follows: the last to take effect before it, or the first of all."""
    earlier = [version for version in versions if version.effective_from < draft.effective_from]
    first = min(versions, key=lambda version: (version.effective_from, version.version))
    return max(earlier, key=lambda version: (version.effective_from, version.version), default=first)


def check_saved(draft: Rules, today: date) -> None:
    """Refuse what no draft may hold, although an older version may: it stays to be read as it is."""
    if abs((draft.effective_from - today).days) > _FARTHEST_DAYS:
        raise DayTooFar(field="effective_from")
    if len(draft.tiers) < LEAST_TIERS:
        raise FieldOutOfRange(field="tiers", least=LEAST_TIERS)
    if len(draft.tiers) > MOST_TIERS:
        raise FieldOutOfRange(field="tiers", most=MOST_TIERS)
    _check_rising(draft.tiers)
    _check_quiet(draft.contact_budget)
    for part in KEYS:
        if len(getattr(draft, part)) > MOST_LINES:
            raise FieldOutOfRange(field=part, most=MOST_LINES)
    for number, rate in enumerate(draft.vat):
        if rate.vat_bp > _MOST_VAT_BP:
            raise FieldOutOfRange(field=f"vat[{number}].vat_bp", most=_MOST_VAT_BP)


def quiet_hours(budget: ContactBudget) -> tuple[int, int]:
    """The hour in which the quiet time begins, and how many whole hours hold it; 0 where none is quiet."""
    begins, ends = time.fromisoformat(budget.quiet_from), time.fromisoformat(budget.quiet_until)
    first, last = (one.hour * _MINUTES_IN_HOUR + one.minute for one in (begins, ends))
    minutes = (last - first) % (_HOURS_IN_DAY * _MINUTES_IN_HOUR)
    hours = -(-(begins.minute + minutes) // _MINUTES_IN_HOUR) if minutes else 0
    return begins.hour, hours


def _check_quiet(budget: ContactBudget) -> None:
    """Refuse a quiet time that, in whole hours, would meet itself and leave no hour of the day."""
    _, hours = quiet_hours(budget)
    if hours >= _HOURS_IN_DAY:
        raise QuietAllDay(field="contact_budget.quiet_until")


def _check_rising(tiers: Sequence[TierRules]) -> None:
    """Whoever climbs may leave as late as before, and is given as good a souvenir."""
    for number, (low, high) in enumerate(pairwise(tiers), start=1):
        if late_checkout_minutes(high.late_checkout) < late_checkout_minutes(low.late_checkout):
            raise DoorsNotRising(field=f"tiers[{number}].late_checkout", tier=high.code)
        if _souvenir(high) < _souvenir(low):
            raise DoorsNotRising(field=f"tiers[{number}].souvenir", tier=high.code)


def _souvenir(tier: TierRules) -> int:
    return SOUVENIRS.index(tier.souvenir) if tier.souvenir in SOUVENIRS else len(SOUVENIRS)


def with_tier(draft: Rules, *, name: Names, above: str, previous: Rules) -> Rules:
    """The draft with one tier more, right above another and worth as much, until somebody edits it.

    One of the version before it, taken out and brought back by its name into its old place, is the same
    tier; any other is a new one: no company stands in it before it is reached.
    """
    place = draft.rank(above) + 1
    code = _brought_back(draft, name, place, previous)
    code = code or _new_code(name.en, {*draft.codes, *previous.codes})
    own = UNNAMED if TIER_NAMES.get(code) == name else name
    added = replace(draft.tier(above), code=code, name=own)
    tiers = (*draft.tiers[:place], added, *draft.tiers[place:])
    return Rules.from_json(replace(draft, tiers=tiers).to_json())


def _brought_back(draft: Rules, name: Names, place: int, previous: Rules) -> str | None:
    gone = [tier for tier in previous.tiers if tier.code not in draft.codes]
    code = next((tier.code for tier in gone if tier.called.en.casefold() == name.en.casefold()), None)
    if code is None:
        return None
    codes = [*draft.codes[:place], code, *draft.codes[place:]]
    kept = [one for one in codes if one in previous.codes]
    return code if kept == [one for one in previous.codes if one in codes] else None


def without_tier(draft: Rules, code: str) -> Rules:
    """The draft with one tier less."""
    rank = draft.rank(code)
    return Rules.from_json(replace(draft, tiers=(*draft.tiers[:rank], *draft.tiers[rank + 1 :])).to_json())


def heirs(old: Rules, new: Rules) -> list[tuple[TierRules, TierRules]]:
    """The tiers that are gone, each with the one to which its companies go over at least."""
    gone = [tier for tier in old.tiers if tier.code not in new.codes]
    return [(tier, new.tier(nearest(old.codes, new.codes, tier.code))) for tier in gone]


def _new_code(name: str, taken: Collection[str]) -> str:
    """The code of a new tier, made of its English name once and for all; another name leaves it as it is."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    code = re.sub(r"[^a-z0-9]+", "_", letters).strip("_") or "tier"
    numbered = (f"{code}_{number}" for number in count(2))
    return code if code not in taken else next(one for one in numbered if one not in taken)


def first_of_month_from(day: date) -> date:
    """The first day of a month on or after a day."""
    return day if day.day == 1 else (day.replace(day=1) + timedelta(days=_LONGEST_MONTH)).replace(day=1)

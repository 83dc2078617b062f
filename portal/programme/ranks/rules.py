"""Which tiers there are, version by version: their names, their order, and who follows one that is gone.

A tier is known by its code, which never changes. A version names it, puts it in its place, or is
without it; companies that stand in a tier that is gone are carried to the nearest below that remains.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from portal.programme.rules import Rules, in_force
from portal.programme.terms.rules import TIER_NAMES, Names


def called(versions: Iterable[Rules], day: date) -> dict[str, Names]:
    """What every tier that ever was is called on a day: those of the version in force, from the lowest.

    One that it is without is called as the last version before it did that knew it, else the first after.
    """
    in_order = sorted(versions, key=lambda rules: (rules.effective_from, rules.version))
    begun = [rules for rules in in_order if rules.effective_from <= day]
    to_come = [rules for rules in in_order if rules.effective_from > day]
    found = {tier.code: tier.called for rules in begun[-1:] for tier in rules.tiers}
    for rules in [*begun[-2::-1], *to_come]:
        for tier in rules.tiers:
            found.setdefault(tier.code, tier.called)
    for code, name in TIER_NAMES.items():
        found.setdefault(code, name)
    return found


def nearest(before: Sequence[str], now: Sequence[str], code: str) -> str:
    """The tier that follows one that is gone: the nearest below it that remains, else the lowest."""
    below = before[: before.index(code)] if code in before else ()
    return next((one for one in reversed(below) if one in now), now[0])


def last_with(versions: Iterable[Rules], code: str, day: date) -> Rules | None:
    """The last version that had begun by a day and knew a tier."""
    begun = [rules for rules in versions if rules.effective_from <= day and code in rules.codes]
    return max(begun, key=lambda rules: (rules.effective_from, rules.version), default=None)


def held(versions: Sequence[Rules], code: str, day: date) -> str:
    """The tier that counts on a day for whoever stands in one: itself, or what follows it there."""
    now = in_force(versions, day)
    return code if code in now.codes else nearest(ranked(versions, code, day), now.codes, code)


def ranked(versions: Sequence[Rules], code: str, day: date) -> Sequence[str]:
    """The tiers among which one stands, from the lowest: those of a day, else of the last version with it."""
    now = in_force(versions, day)
    if code in now.codes:
        return now.codes
    # Where a version begins by one hotel's clock and not yet by another's, a tier may be still to come.
    knew = last_with(versions, code, day) or first_with(versions, code)
    return knew.codes if knew is not None else ()


def first_with(versions: Iterable[Rules], code: str) -> Rules | None:
    """The first version of all that knows a tier."""
    know = [rules for rules in versions if code in rules.codes]
    return min(know, key=lambda rules: (rules.effective_from, rules.version), default=None)


def merged(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """The tiers of two versions in one order: what is gone stands where it stood among those that remain."""
    found = list(now)
    place = 0
    for code in before:
        if code in found:
            place = found.index(code) + 1
        else:
            found.insert(place, code)
            place += 1
    return found

"""The tiers by name, in the language of whoever reads it: as of a day, or under one version."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.ranks.rules import called
from portal.programme.rules import Rules, in_force
from portal.programme.terms.rules import Names
from portal.programme.tiers import queries
from portal.programme.words import lazily

TierNames = Mapping[str, LazyString]


def today() -> TierNames:
    """The tiers of the version in force, from the lowest, and every other that ever was."""
    return _lazy(*queries.in_force_today())


def listed(present: Collection[str]) -> TierNames:
    """The tiers of the version in force, from the lowest; of the others those that are present."""
    codes, called = queries.in_force_today()
    return _lazy(codes, {code: name for code, name in called.items() if code in codes or code in present})


def on(day: date) -> TierNames:
    """The tiers as they were called on a day."""
    return _lazy(*queries.called_on(day))


def under(rules: Rules, versions: Sequence[Rules] = ()) -> TierNames:
    """The tiers as one version calls them, published or not; those that it is without as others do."""
    return _lazy(rules.codes, {tier.code: tier.called for tier in rules.tiers} | _others(rules, versions))


def by_day(versions: Sequence[Rules]) -> Callable[[date], TierNames]:
    """The tiers as they were called on each day, for a list of days."""
    found: dict[int, TierNames] = {}

    def named(day: date) -> TierNames:
        rules = in_force(versions, day)
        if rules.version not in found:
            found[rules.version] = _lazy(rules.codes, called(versions, day))
        return found[rules.version]

    return named


def _others(rules: Rules, versions: Sequence[Rules]) -> dict[str, Names]:
    every = called(versions, rules.effective_from)
    return {code: name for code, name in every.items() if code not in rules.codes}


def _lazy(codes: Collection[str], names: Mapping[str, Names]) -> TierNames:
    """The names as words; where one of these `codes` is called now as another was, that one is the former."""
    taken = {word.casefold() for code in codes for word in asdict(names[code]).values()}
    return {
        code: lazily(name)
        if code in codes or taken.isdisjoint(word.casefold() for word in asdict(name).values())
        else _l("%(tier)s (former)", tier=lazily(name))
        for code, name in names.items()
    }

"""Versions in words: the table of tiers, everything else, and what is refused."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme.comparison import words as comparison
from portal.programme.comparison.rules import KEYS, tier_line
from portal.programme.drafts import rules as drafts_rules
from portal.programme.drafts import words as drafts
from portal.programme.drafts.rules import SECTIONS
from portal.programme.publication import rules
from portal.programme.rules import BY_NIGHTS, BY_SPEND, EITHER, Refusal, Rules
from portal.programme.words import lazily
from portal.web import why

# What concerns a client; the rest is the house's own.
PUBLIC_SECTIONS = ("discounts", "accrual", "points", "promotions", "compensation", "contact")
# What leads nowhere, by which doors of a tier open.
CLOSED: Mapping[str, frozenset[str]] = {
    EITHER: frozenset(),
    BY_NIGHTS: frozenset({"spend_cents"}),
    BY_SPEND: frozenset({"nights", "credit_step_cents", "credit_max_nights"}),
}
_PRIVATE = frozenset({"point_cost_bp", "hold_minutes"})

AUDIT_SUBJECTS: dict[str, LazyString] = {"programme_version": _l("Version of the rules")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "programme.contact_budget": _l("Contact budget of the version in force taken over")
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NotRehearsed: _l("This draft was not rehearsed as it stands. Rehearse it, and read what it does."),
    rules.OwnDraft: _l("You wrote or submitted this draft. Somebody else has to publish it."),
    rules.TooSoon: _l(
        "Published today it may take effect on %(earliest_date)s or later. Choose a later day in the section "
        "on the day of effect."
    ),
    rules.NothingChanges: _l("Nothing differs from version %(version)s. Change something, or withdraw it."),
}


def refused(refusal: Refusal) -> str:
    """Say what is wrong, and the remedy."""
    sentence = REFUSALS.get(type(refusal))
    return drafts.refused(refusal) if sentence is None else why.fill(sentence, refusal.values)


def tier_table(version: Rules, *, for_clients: bool = False) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The tiers side by side: their names, then a row for each thing that they ask or give.

    Clients read only of the doors that open.
    """
    tiers: Any = [tier_line(tier) for tier in version.tiers]
    names = [str(lazily(tier.called)) for tier in version.tiers]
    untold = {"code", "en", "ru"} | (CLOSED[version.doors] if for_clients else set())
    labels = {**comparison.FIELDS, **comparison.DOOR_FIELDS[version.doors]}
    rows = [
        (str(labels[name]), [comparison.value(name, tier[name]) for tier in tiers])
        for name in tiers[0]
        if name not in untold
    ]
    return names, rows


def sections(version: Rules, *, for_clients: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything but the tiers, section by section: what it is called, and its value."""
    plain = version.to_json()
    untold = CLOSED[version.doors] | {"tiers"} if for_clients else {"tiers"}
    found = []
    for name, parts in SECTIONS.items():
        told = [part for part in parts if part not in untold and (is_public(part) or not for_clients)]
        lines = [line for part in told for line in _lines(part, plain[part])]
        if lines:
            found.append((str(drafts.SECTIONS[name]), lines))
    return found


def worse(found: rules.Notice) -> str:
    """By which parts somebody could lose."""
    return ", ".join(str(comparison.FIELDS[name]) for name in found.worse)


def heirs(old: Rules, new: Rules) -> list[str]:
    """What becomes of the companies whose tier is gone, tier by tier."""
    return [
        _(
            "%(tier)s is gone: on the first day its companies go over to %(heir)s, or as high as their past "
            "year reaches.",
            tier=lazily(gone.called),
            heir=lazily(heir.called),
        )
        for gone, heir in drafts_rules.heirs(old, new)
    ]


def is_public(part: str) -> bool:
    """Whether a part of the rules concerns a client."""
    parts = {one for name in (*PUBLIC_SECTIONS, "tiers") for one in SECTIONS[name]}
    return part in parts - _PRIVATE


def _lines(part: str, raw: Any) -> list[tuple[str, str]]:
    if part in KEYS:
        keys = KEYS[part]
        return [(comparison.line(part, tuple(line[key] for key in keys)), _told(part, line)) for line in raw]
    if isinstance(raw, Mapping):
        return [(str(comparison.FIELDS[name]), comparison.value(name, one)) for name, one in raw.items()]
    return [(str(comparison.FIELDS[part]), comparison.value(part, raw))]


def _told(part: str, line: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in line.items() if name not in KEYS[part]}
    said = [(comparison.FIELDS[name], comparison.value(name, value)) for name, value in rest.items()]
    return said[0][1] if len(said) == 1 else "; ".join(f"{name}: {value}" for name, value in said)

"""What a rehearsal says: its finding, its sums, and how each account's difference came about."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.documents.charts import sums as charts
from portal.documents.charts.kit import Palette, Picture
from portal.documents.charts.sums import Gain, Stack
from portal.jobs.models import JobState
from portal.programme.comparison.words import FIELDS
from portal.programme.drafts.models import ProgrammeDraft
from portal.programme.rehearsal import rules
from portal.programme.rehearsal.models import Rehearsal, RehearsedAccount
from portal.programme.rehearsal.rules import Findings, Sums
from portal.programme.rules import Refusal
from portal.programme.schemes import words as schemes
from portal.programme.words import TIERS
from portal.web import formats
from portal.web.pages import locale_code
from portal.web.texts import in_language

STEPS: dict[str, LazyString] = {
    "rehearsal.before": _l(
        "Under the rules until now, as %(tier)s: stays %(stays)s, %(slept_nights)s, paid %(paid_cents)s;"
        " discount %(off_cents)s, earned %(earned_points)s."
    ),
    "rehearsal.before_sum": _l(
        "Together %(off_cents)s off and %(earned_points)s, a point at %(value_cents)s: worth %(worth_cents)s."
    ),
    "rehearsal.after": _l(
        "Under the rehearsed rules, as %(tier)s: stays %(stays)s, %(slept_nights)s, paid %(paid_cents)s;"
        " discount %(off_cents)s, earned %(earned_points)s."
    ),
    "rehearsal.after_sum": _l(
        "Together %(off_cents)s off and %(earned_points)s, a point at %(value_cents)s: worth %(worth_cents)s."
    ),
    "rehearsal.gain": _l("%(after_cents)s less %(before_cents)s is a difference of %(gain_cents)s."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {"programme.rehearsed": _l("rehearsed rules over past stays")}
AUDIT_SUBJECTS: dict[str, LazyString] = {"rehearsal": _l("rehearsal")}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.AskedOtherwise: _l("This form has been sent before with something else in it. Open the page anew."),
    rules.NothingPlayedYet: _l("No stay has been played yet. Take over a file of stays first."),
}
PERIODS: dict[int, LazyString] = {
    12: _l("12 months"),
    18: _l("18 months"),
    24: _l("24 months"),
}
SORTS: dict[str, LazyString] = {
    "gain": _l("who gains most first"),
    "loss": _l("who loses most first"),
    "nights": _l("most nights first"),
    "name": _l("by name"),
}
WHO: dict[str, LazyString] = {
    "": _l("All"),
    "winners": _l("Gain"),
    "losers": _l("Lose"),
    "up": _l("Higher tier"),
    "down": _l("Lower tier"),
    "same": _l("As before"),
}
STATES: dict[JobState | None, LazyString] = {
    None: _l("Finished"),
    JobState.QUEUED: _l("Waits for its turn"),
    JobState.RUNNING: _l("At work"),
    JobState.DONE: _l("Finished"),
    JobState.FAILED: _l("Failed"),
    JobState.CANCELLED: _l("Cancelled"),
}
SEGMENTS: dict[str, LazyString] = {
    rules.BY_TIER: _l("By tier"),
    rules.BY_SIZE: _l("By nights in the period"),
    rules.BY_COUNTRY: _l("By country"),
}
IN_FORCE = _l("The rules in force")
ASSUMPTION = _l(
    "What was really paid is taken as the price before the discount under all rules, so that only their"
    " differences speak; points, nights and spend are counted from it. Contract rates, promotions and floors"
    " are left out. As much is paid with points as was really paid, as far as the points go."
)
RECKONED = _l(
    "Both sides are reckoned, each under one version for the whole period, and differ from the ledger: what"
    " was told late counts on its own day, what was taken back is left out. The difference does not count"
    " points that would run out sooner or later; they stand among the points that are left at the end."
)
SHOWN_COUNTRIES = 8


def name_of(rehearsal: Rehearsal) -> str:
    """What the rehearsed rules are called."""
    return rehearsal.name or str(IN_FORCE)


def draft_named(draft: ProgrammeDraft) -> str:
    """A draft as it can be chosen."""
    return _("Draft “%(name)s”, revision %(number)s", name=draft.name, number=draft.revision)


def finding(found: Findings) -> str:
    """The finding in one sentence."""
    if not found.accounts:
        return _("There was nothing to rehearse over")
    if found.changes_nothing:
        if found.left_out:
            return _("Nothing differs in what was replayed")
        return _("It changes nothing for anybody")
    parts = [_cost(found.cost_cents)]
    if (more := found.draft.sums.expired_points - found.before.expired_points) > 0:
        parts.append(
            ngettext(
                "lets %(count)s more point expire", "lets %(count)s more points expire", more,
                count=formats.count(more),
            )
        )  # fmt: skip
    if found.lifted:
        parts.append(
            ngettext(
                "lifts %(count)s company", "lifts %(count)s companies", found.lifted,
                count=formats.count(found.lifted),
            )
        )  # fmt: skip
    if found.lowered:
        parts.append(
            ngettext(
                "lowers %(count)s company", "lowers %(count)s companies", found.lowered,
                count=formats.count(found.lowered),
            )
        )  # fmt: skip
    if len(parts) == 1:
        return parts[0]
    return _("%(first)s and %(last)s", first=", ".join(parts[:-1]), last=parts[-1])


def _cost(cents: int) -> str:
    if cents > 0:
        return _("It costs %(money)s more", money=formats.cents(cents))
    return _("It saves %(money)s", money=formats.cents(-cents)) if cents else _("It costs the same")


def period(rehearsal: Rehearsal) -> str:
    """From when to when."""
    return _(
        "%(first)s – %(last)s", first=formats.day(rehearsal.begins_on), last=formats.day(rehearsal.ends_on)
    )


def kept(until: date | None, today: date) -> str:
    """How long the figures of single companies are kept."""
    if until is None:
        return _("A version was published by this rehearsal: the figures of single companies stay with it.")
    if today < until:
        return _(
            "The figures of single companies are kept until %(day)s, the sums for good.",
            day=formats.day(until),
        )
    return _(
        "The figures of single companies were kept until %(day)s. The sums stay.", day=formats.day(until)
    )


def versions(rehearsal: Rehearsal) -> str:
    """Which versions ran in the period."""
    said = [
        _("version %(number)s since %(day)s", number=number, day=formats.day(date.fromisoformat(since)))
        for number, since in rehearsal.versions
    ]
    return ", ".join(said)


def base(rehearsal: Rehearsal) -> str:
    """The version beside which it was rehearsed: the one in force at the end, for the whole period."""
    number, since = rehearsal.versions[-1]
    return _("version %(number)s since %(day)s", number=number, day=formats.day(date.fromisoformat(since)))


def left_out(found: Findings) -> str:
    """Which changes no replay reckons; nothing where there are none."""
    named = ", ".join(str(FIELDS[name]) for name in found.left_out)
    return (
        _("The past cannot tell what these changes would have done: %(parts)s.", parts=named) if named else ""
    )


def signed_cents(cents: int) -> str:
    """A difference of money, with its sign."""
    return f"+{formats.cents(cents)}" if cents > 0 else formats.cents(cents)


def signed(number: int) -> str:
    """A difference of a count, with its sign."""
    return f"+{formats.count(number)}" if number > 0 else formats.count(number).replace("-", "−")


def sums(before: Sums, after: Sums) -> list[tuple[str, str, str, str]]:
    """What changes, line by line: before, after and the difference."""
    money = (
        (_("Discounts"), before.discount_cents, after.discount_cents),
        (_("Worth to the companies, with points"), before.worth_cents, after.worth_cents),
        (_("Cost to the house"), before.cost_cents, after.cost_cents),
        (_("Liability for points at the end"), before.liability_cents, after.liability_cents),
    )
    points = (
        (_("Points issued"), before.points, after.points),
        (_("Points redeemed"), before.spent_points, after.spent_points),
        (_("Points expired"), before.expired_points, after.expired_points),
        (_("Points outstanding at the end"), before.outstanding_points, after.outstanding_points),
    )
    lines = [(label, formats.cents(a), formats.cents(b), signed_cents(b - a)) for label, a, b in money]
    lines += [(label, formats.count(a), formats.count(b), signed(b - a)) for label, a, b in points]
    return [lines[place] for place in (0, 4, 1, 2, 5, 6, 7, 3)]


def moves(found: Findings, codes: Sequence[str]) -> list[tuple[str, list[str]]]:
    """From each tier to each: how many accounts."""
    return [
        (side_tier(found, "before", before), [_number(found.moves[before, after]) for after in codes])
        for before in codes
    ]


def columns(found: Findings, codes: Sequence[str]) -> list[tuple[str, str]]:
    """The tiers as heads of columns of numbers."""
    return [(side_tier(found, "after", code), "num") for code in codes]


def _number(count: int) -> str:
    return formats.count(count) if count else "–"


def side_tier(found: Findings, side: str, code: str) -> str:
    """What one side of a rehearsal calls a tier; where it has none of the kind, what the other does."""
    other = found.names.get("after" if side == "before" else "before", {})
    return _tier(other | found.names.get(side, {}), code)


def tier_before(row: RehearsedAccount) -> str:
    """The tier that an account ended with by the rules until now."""
    return str(named_before(row))


def tier_after(row: RehearsedAccount) -> str:
    """The tier that it would have ended with by the rehearsed rules."""
    return str(named_after(row))


def named_before(row: RehearsedAccount) -> LazyString:
    """The same for a letter, in the language in which it will be read."""
    return LazyString(_tier, row.derivation["inputs"]["before"].get("names", {}), row.tier_before)


def named_after(row: RehearsedAccount) -> LazyString:
    """The same for a letter, in the language in which it will be read."""
    return LazyString(_tier, row.derivation["inputs"]["after"].get("names", {}), row.tier_after)


def _tier(names: Mapping[str, Mapping[str, str]], code: str) -> str:
    return in_language(names[code], locale_code()) if code in names else str(TIERS.get(code, code))


def segment(found: Findings, kind: str, key: str) -> str:
    """What a segment is called."""
    if kind == rules.BY_TIER:
        return side_tier(found, "before", key)
    if kind == rules.BY_COUNTRY:
        locale = get_locale()
        return str((locale.territories.get(key) if locale else None) or key)
    least = int(key)
    above = [size for size in rules.SIZES if size > least]
    if least == 0:
        return _("no nights")
    if not above:
        return _("%(least)s and more", least=formats.count(least))
    return _("%(least)s–%(most)s", least=least, most=above[0] - 1)


def account_finding(row: RehearsedAccount) -> str:
    """What the rehearsed rules would have made of an account."""
    if row.gain_cents > 0:
        money = formats.cents(row.gain_cents)
        said = _("%(company)s would have had %(money)s more", money=money, company=row.account.name)
    elif row.gain_cents < 0:
        money = formats.cents(-row.gain_cents)
        said = _("%(company)s would have had %(money)s less", money=money, company=row.account.name)
    else:
        said = _("For %(company)s it would have been the same", company=row.account.name)
    return said


def refusal(code: Refusal) -> str:
    """Why it was refused, and the remedy."""
    return str(REFUSALS[type(code)])


def state_of(rehearsal: Rehearsal, job: Any) -> JobState | None:
    """How a rehearsal stands: none when it is finished."""
    if rehearsal.finished_at is not None:
        return None
    return job.state if job is not None else JobState.FAILED


def side_by_side(rehearsal: Rehearsal, found: Findings) -> list[tuple[str, Sums, rules.Tally | None]]:
    """The rules until now, the rehearsed ones and each classic scheme made out of them."""
    rows: list[tuple[str, Sums, rules.Tally | None]] = [(_("By the rules until now"), found.before, None)]
    rows.append((name_of(rehearsal), found.draft.sums, found.draft.tally))
    # A database does not keep the order in which they were found.
    trials = [(name, found.schemes[code]) for code, name in schemes.SCHEMES.items() if code in found.schemes]
    return rows + [(str(name), trial.sums, trial.tally) for name, trial in trials]


def schemes_picture(rehearsal: Rehearsal, found: Findings, *, ink: Palette) -> Picture:
    """What each set of rules costs the house: discounts, and points as they were issued."""
    rows = [
        Stack(
            label=label,
            first=one.discount_cents,
            second=one.cost_cents - one.discount_cents,
            figure=formats.cents(one.cost_cents),
            said=f"{label}: {formats.cents(one.cost_cents)}",
            is_marked=place == 0,
        )
        for place, (label, one, _tally) in enumerate(side_by_side(rehearsal, found))
    ]
    return charts.stacks(rows, legend=(_("Discounts"), _("Points issued, at their cost")), ink=ink)


def segments_of(found: Findings, kind: str) -> list[tuple[str, rules.Tally]]:
    """The segments of a kind as they are shown: of countries the largest, the rest together."""
    rows = in_order(found, kind)
    if kind != rules.BY_COUNTRY or len(rows) <= SHOWN_COUNTRIES:
        return rows
    rest = rules.Tally()
    for _label, tally in rows[SHOWN_COUNTRIES:]:
        rest.join(tally)
    return [*rows[:SHOWN_COUNTRIES], (_("All others"), rest)]


def in_order(found: Findings, kind: str) -> list[tuple[str, rules.Tally]]:
    """The segments of a kind in their order; countries by what they gain or lose."""
    tallies = found.segments.get(kind, {})
    if kind == rules.BY_COUNTRY:
        keys = sorted(tallies, key=lambda key: (-abs(tallies[key].gain_cents), key))
    else:
        order = found.tiers if kind == rules.BY_TIER else [str(size) for size in rules.SIZES]
        keys = sorted(tallies, key=lambda key: (key not in order, order.index(key) if key in order else 0))
    return [(segment(found, kind, key), tallies[key]) for key in keys]


def segment_columns() -> list[str]:
    """The heads of a table of segments."""
    return [_("Segment"), _("Gain"), _("Lose"), _("As before"), _("Difference")]


def segment_rows(rows: Sequence[tuple[str, rules.Tally]]) -> list[list[str]]:
    """Segments as a table: how many gain, lose and stay as they are."""
    return [
        [
            label,
            *(formats.count(number) for number in (tally.winners, tally.losers, tally.same)),
            signed_cents(tally.gain_cents),
        ]
        for label, tally in rows
    ]


def segments_picture(rows: Sequence[tuple[str, rules.Tally]], *, ink: Palette) -> Picture:
    """What each segment gains or loses together."""
    bars = [
        Gain(
            label=label,
            value=tally.gain_cents,
            figure=signed_cents(tally.gain_cents),
            said=f"{label}: {signed_cents(tally.gain_cents)}",
        )
        for label, tally in rows
    ]
    return charts.gains(bars, ink=ink)

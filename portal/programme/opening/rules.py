"""Reading rows of opening balances, deciding what becomes of each, and how a lot and a tier came about."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

from portal.derivation import Derived, Json, Step, recipe
from portal.programme.earning.rules import Accrual, month_end_after
from portal.programme.opening.models import OpeningOutcome
from portal.programme.rules import Refusal, Rules
from portal.programme.standing.rules import Verdict
from portal.stays.cells import rules as cells
from portal.stays.rules import RowFault

COLUMNS: Mapping[str, str] = {
    "company": "company", "company_code": "company", "account": "company",
    "компания": "company", "код_компании": "company",
    "source": "source", "источник": "source",
    "points": "points", "баллы": "points",
    "earned_on": "earned_on", "earned": "earned_on", "начислены": "earned_on",
    "expires_on": "expires_on", "expires": "expires_on", "сгорают": "expires_on",
    "tier": "tier", "уровень": "tier",
    "tier_since": "tier_since", "уровень_с": "tier_since",
}  # fmt: skip
"""Field by folded header, English and Russian."""
REQUIRED = ("company", "points", "earned_on", "expires_on")
MOST_POINTS = 100_000_000
MOST_ROWS = 20_000


class SamePerson(Refusal):
    """Whoever uploaded a file does not take it over."""


class NotPreviewed(Refusal):
    """The file was accepted or discarded already."""


class NoSuchFile(Refusal):
    """There is no such file."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One row as it was read, and what becomes of it."""

    row_no: int
    company: str = ""
    source: str = ""
    points: int | None = None
    earned_on: date | None = None
    expires_on: date | None = None
    tier: str | None = None
    tier_since: date | None = None
    account_id: int | None = None
    outcome: OpeningOutcome = OpeningOutcome.ACCEPTED
    reason: str | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What the house knows: accounts by (source, name) and by name alone, those that have an opening
    balance, and the tiers in which accounts stand.
    """

    accounts: Mapping[tuple[str, str], Collection[int]]
    opened: Collection[int]
    tiers: Mapping[int, str]


def read_row(row_no: int, row: Mapping[str, str], *, rules: Rules, day: date) -> Offered:
    """One row as it stands in the file; what cannot be taken is rejected with its reason."""
    offered = Offered(row_no)
    try:
        # One after the other: a row keeps the company it has named, whatever else is wrong with it.
        offered = replace(offered, company=cells.required(row["company"], "company"))
        offered = replace(offered, source=cells.code(row.get("source", ""), "source"))
        return _checked(_filled(offered, row), rules, day)
    except RowFault as fault:
        return rejected(offered, fault.code, **fault.values)


def read_again(offered: Offered, *, rules: Rules, day: date) -> Offered:
    """A row that was read on an earlier day, checked as of this one: lots die while a file waits."""
    if offered.outcome is OpeningOutcome.REJECTED:
        return offered
    try:
        fresh = replace(offered, outcome=OpeningOutcome.ACCEPTED, reason=None, details={})
        return _checked(fresh, rules, day)
    except RowFault as fault:
        return rejected(offered, fault.code, **fault.values)


def read_faulty(row_no: int, row: Mapping[str, str], fault: RowFault) -> Offered:
    """A row of which a cell cannot be read: it keeps the company it has named, if it has."""
    offered = Offered(row_no)
    with suppress(RowFault):
        offered = replace(offered, company=cells.required(row.get("company", ""), "company"))
        offered = replace(offered, source=cells.code(row.get("source", ""), "source"))
    return rejected(offered, fault.code, **fault.values)


def rejected(offered: Offered, reason: str, **values: str | int) -> Offered:
    """The row with the reason for which it cannot be taken."""
    return replace(offered, outcome=OpeningOutcome.REJECTED, reason=reason, details=values)


def _filled(offered: Offered, row: Mapping[str, str]) -> Offered:
    cells.check_unambiguous(row["points"], "points")
    points = cells.whole_number(row["points"], "points", default=0, limit=MOST_POINTS)
    tier = cells.code(row.get("tier", ""), "tier").casefold() or None
    since = row.get("tier_since", "").strip()
    if not points and tier is None:
        raise RowFault("nothing", field="points")
    return replace(
        offered,
        points=points,
        tier=tier,
        earned_on=_day(row["earned_on"], "earned_on") if points else None,
        expires_on=_day(row["expires_on"], "expires_on") if points else None,
        tier_since=_day(since, "tier_since") if tier is not None and since else None,
    )


def _day(cell: str, name: str) -> date:
    return date.fromisoformat(cells.day(cell, name))


def _checked(offered: Offered, rules: Rules, day: date) -> Offered:
    earned, expires = offered.earned_on, offered.expires_on
    if earned is not None and expires is not None:
        if earned > day:
            raise RowFault("earned_ahead", field="earned_on", value=earned.isoformat())
        if expires < day:
            raise RowFault("dead", field="expires_on", value=expires.isoformat())
        last = month_end_after(day, rules.lot_months)
        if expires > last:
            raise RowFault("lives_too_long", field="expires_on", last=last.isoformat())
    if offered.tier is not None and offered.tier not in rules.codes:
        raise RowFault("unknown_tier", field="tier", value=offered.tier, codes=", ".join(rules.codes))
    if offered.tier_since is not None and offered.tier_since > day:
        raise RowFault("tier_ahead", field="tier_since", value=offered.tier_since.isoformat())
    return offered


def decide(rows: Iterable[Offered], *, known: Known, rules: Rules) -> list[Offered]:
    """What becomes of each row. A company is taken whole: one fault of it holds its other rows.

    A row that names no company may be of any: it holds the whole file.
    """
    found = [_placed(row, known) if row.outcome is OpeningOutcome.ACCEPTED else row for row in rows]
    found = [_against_house(row, known, rules) for row in found]
    found = _against_each_other(found)
    faulty = [row for row in found if row.outcome is not OpeningOutcome.ACCEPTED]
    # A row that was not placed, or may mean one of several companies, means each of them all the same.
    stopped = {each for row in faulty for each in known.accounts.get((row.source, row.company), ())}
    nobodys = next((row.row_no for row in faulty if not row.company), None)
    return [_with_its_company(row, stopped, nobodys) for row in found]


def _with_its_company(row: Offered, stopped: Collection[int], nobodys: int | None) -> Offered:
    if row.outcome is not OpeningOutcome.ACCEPTED:
        return row
    if row.account_id in stopped:
        return replace(row, outcome=OpeningOutcome.HELD, reason="company_incomplete")
    if nobodys is not None:
        return replace(row, outcome=OpeningOutcome.HELD, reason="file_incomplete", details={"row": nobodys})
    return row


def _placed(row: Offered, known: Known) -> Offered:
    accounts = known.accounts.get((row.source, row.company), ())
    if len(accounts) == 1:
        return replace(row, account_id=next(iter(accounts)))
    return replace(
        row, outcome=OpeningOutcome.HELD, reason="ambiguous_company" if accounts else "unknown_company"
    )


def _against_house(row: Offered, known: Known, rules: Rules) -> Offered:
    if row.outcome is not OpeningOutcome.ACCEPTED or row.account_id is None:
        return row
    if row.account_id in known.opened:
        return replace(row, outcome=OpeningOutcome.HELD, reason="opened_already")
    stands = known.tiers.get(row.account_id, rules.tiers[0].code)
    if row.tier is not None and rules.rank(row.tier) <= rules.rank(stands):
        return replace(row, outcome=OpeningOutcome.HELD, reason="stands_as_high", details={"tier": stands})
    return row


def _against_each_other(rows: Sequence[Offered]) -> list[Offered]:
    seen: dict[tuple[object, ...], int] = {}
    tiers: dict[int, str] = {}
    found = []
    for row in rows:
        lot = (row.account_id, row.points, row.earned_on, row.expires_on, row.tier)
        if row.outcome is not OpeningOutcome.ACCEPTED or row.account_id is None:
            found.append(row)
        elif lot in seen:
            found.append(rejected(row, "repeats", row=seen[lot]))
        elif row.tier is not None and tiers.setdefault(row.account_id, row.tier) != row.tier:
            found.append(rejected(row, "two_tiers", tier=tiers[row.account_id]))
        else:
            seen[lot] = row.row_no
            found.append(row)
    return found


def counts_of(rows: Iterable[Offered]) -> dict[str, int]:
    """The equation of a file: rows read are accepted, held and rejected ones; points of the accepted."""
    rows = list(rows)
    taken = [row for row in rows if row.outcome is OpeningOutcome.ACCEPTED]
    return {
        "rows": len(rows),
        **{outcome.value: sum(row.outcome is outcome for row in rows) for outcome in OpeningOutcome},
        "points": sum(row.points or 0 for row in taken),
        "companies": len({row.account_id for row in taken}),
        "tiers": len({row.account_id for row in taken if row.tier is not None}),
    }


def lot_key(account: str, number: int) -> str:
    """The key of the entry that brings a lot: an account opens once, whatever the file."""
    return f"opening:{account}:{number}"


def lot_reference(file_id: uuid.UUID, row_no: int) -> str:
    """Where a lot comes from: the file and its row."""
    return f"opening:{file_id}:{row_no}"


def opening_lot(
    *, rules: Rules, points: int, earned_on: date, expires_on: date, day: date
) -> Derived[Accrual]:
    """Points brought along: active on the day they are taken over, with the life they had."""
    return _lot(
        version=rules.version,
        points=points,
        earned_on=earned_on.isoformat(),
        expires_on=expires_on.isoformat(),
        day=day.isoformat(),
    )


@recipe("opening.lot")
def _lot(*, version: int, points: int, earned_on: str, expires_on: str, day: str) -> Derived[Accrual]:
    earned, expires = date.fromisoformat(earned_on), date.fromisoformat(expires_on)
    result = Accrual(points, earned, date.fromisoformat(day), expires)
    inputs: dict[str, Json] = {"points": points, "earned_on": earned_on, "expires_on": expires_on, "day": day}
    values: dict[str, Json] = {"brought_points": points, "day_date": day}
    values |= {"earned_date": earned_on, "last_date": expires_on}
    return Derived(result, "opening.lot", version, inputs, (Step("opening.lot", values),))


def opening_tier(*, rules: Rules, tier: str, since: date, day: date) -> Derived[Verdict]:
    """A tier brought along: it is kept until a review finds otherwise."""
    code = rules.tier(tier).code
    return rules.naming(
        _tier(version=rules.version, tier=code, tier_since=since.isoformat(), day=day.isoformat())
    )


@recipe("opening.tier")
def _tier(*, version: int, tier: str, tier_since: str, day: str) -> Derived[Verdict]:
    inputs: dict[str, Json] = {"tier": tier, "tier_since": tier_since, "day": day}
    values: dict[str, Json] = {"tier": tier, "since_date": tier_since, "day_date": day}
    return Derived(
        Verdict("up", tier, None), "opening.tier", version, inputs, (Step("opening.tier", values),)
    )

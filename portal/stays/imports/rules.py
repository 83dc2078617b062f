"""What becomes of a row: accepted, held, rejected or out of scope, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from portal.stays import rules
from portal.stays.canonical.rules import ADAPTER as CANONICAL
from portal.stays.demand.rules import ADAPTER as DEMAND
from portal.stays.files.rules import FileRefused
from portal.stays.models import Import, ImportState, Outcome, StayStatus
from portal.stays.rules import Adapter, Remark, RowFault, SourcePolicy, StayTold
from portal.stays.versions.rules import CurrentVersion

ADAPTERS: Mapping[str, Adapter] = {adapter.name: adapter for adapter in (DEMAND, CANONICAL)}

INLINE_ROWS = 2_000
"""Files below this many rows are read while the visitor waits; larger ones by the worker."""
CELL_CHARACTERS = 200
CANDIDATES = 5
CANDIDATE_SCORE = 60

ACCEPTED, HELD = Outcome.ACCEPTED.value, Outcome.HELD.value
REJECTED, OUT_OF_SCOPE = Outcome.REJECTED.value, Outcome.OUT_OF_SCOPE.value
CHECKED_OUT = StayStatus.CHECKED_OUT.value


class Reason:
    """Codes of why a row has its outcome, where no `RowFault` says so."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNKNOWN_COMPANY = "unknown_company"
    NO_COMPANY = "no_company"


class ImportRefusal(Exception):
    """Something cannot be done with an import."""


class NotPreviewed(ImportRefusal):
    """It is still being read, or could not be read."""


class AlreadyAccepted(ImportRefusal):
    """It was accepted before; once is enough."""


class AlreadyDiscarded(ImportRefusal):
    """It was discarded; the file can be uploaded again."""


class NothingHeld(ImportRefusal):
    """No row of this import is held for that company any more."""


class CompanyTaken(ImportRefusal):
    """The hotel system's code belongs to another account already."""


def ensure_acceptable(offered: Import) -> None:
    """Refuse to accept what is not a preview."""
    if offered.state == ImportState.ACCEPTED:
        raise AlreadyAccepted
    if offered.state == ImportState.DISCARDED:
        raise AlreadyDiscarded
    if offered.state != ImportState.PREVIEWED:
        raise NotPreviewed


class PropertyKnown(NamedTuple):
    """A hotel of the group, as far as rows need it."""

    id: int
    zone: str
    currency: str


class CardKnown(NamedTuple):
    """A living card: whose it is and of which company."""

    holder_id: int
    account_id: int


@dataclass(slots=True)
class World:
    """What the portal knows when rows are judged; the last three are filled chunk by chunk."""

    policy: SourcePolicy
    companies_only: bool
    as_of: str
    played_until: str
    """The day up to which the programme had been played before this import; '' when never."""
    properties: Mapping[str, PropertyKnown]
    companies: dict[str, int] = field(default_factory=dict)
    """Account by `SOURCE:COMPANY`."""
    stays: Mapping[str, CurrentVersion] = field(default_factory=dict)
    cards: Mapping[str, CardKnown] = field(default_factory=dict)


class Verdict(NamedTuple):
    """What becomes of a stay and of the rows that tell of it."""

    outcome: str
    reason: str
    remarks: tuple[str, ...] = ()
    values: Mapping[str, str | int] = {}


def company_key(told: StayTold) -> str:
    """What the company is called among all sources; '' where the stay has none."""
    company = told.company
    return f"{told.source}:{company}" if company else ""


def judge(told: StayTold, *, key: str, content_digest: str, world: World) -> Verdict:
    """Decide on a stay that could be read and put together."""
    company = company_key(told)
    if not company and world.companies_only:
        return Verdict(OUT_OF_SCOPE, Reason.NO_COMPANY)
    place = world.properties.get(told.property_code)
    if place is None:
        return Verdict(
            REJECTED, "unknown_property", values={"field": "property_code", "value": told.property_code}
        )
    if place.currency != told.currency:
        return Verdict(
            REJECTED,
            "wrong_currency",
            values={"field": "currency", "value": told.currency, "expected": place.currency},
        )
    if company and not world.policy.opens_unclaimed_accounts and company not in world.companies:
        return Verdict(HELD, Reason.UNKNOWN_COMPANY)
    known = world.stays.get(key)
    if known is None:
        return Verdict(ACCEPTED, Reason.NEW, _remarks(told, world))
    if known.content_digest != content_digest:
        return Verdict(ACCEPTED, Reason.CHANGED, _remarks(told, world))
    return Verdict(ACCEPTED, Reason.UNCHANGED, rules.remarks(told))


def is_late(told: StayTold, *, world: World) -> bool:
    """Whether the programme has been played past the day on which the stay settled."""
    return told.settled_on is not None and told.settled_on < world.played_until


def _remarks(told: StayTold, world: World) -> tuple[str, ...]:
    found = rules.remarks(told)
    if told.status == CHECKED_OUT:
        if is_late(told, world=world):
            found += (Remark.LATE,)
        if told.checked_out_on is not None and told.checked_out_on > world.as_of:
            found += (Remark.AFTER_AS_OF,)
    if told.membership_no and told.membership_no not in world.cards:
        found += (Remark.CARD_NOT_KNOWN,)
    return found


class Tally:
    """Counts what became of the rows, and what accepting them would do."""

    def __init__(self) -> None:
        self._outcomes: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._remarks: Counter[str] = Counter()
        self._stays: Counter[str] = Counter()
        self._companies: set[str] = set()

    def rows(self, outcome: str, reason: str, remarks: Iterable[str] = (), *, number: int = 1) -> None:
        self._outcomes[outcome] += number
        self._reasons[outcome, reason] += number
        for remark in remarks:
            self._remarks[remark] += number

    def stay(self, told: StayTold, verdict: Verdict, *, opens: bool) -> None:
        """Count a stay that accepting adds or changes, and the account it opens."""
        if verdict.outcome != ACCEPTED:
            return
        self._stays[told.status] += 1
        if opens:
            self._companies.add(company_key(told))

    def counts(self, *, opens_properties: int) -> dict[str, Any]:
        """As kept with the import. Read = accepted + held + rejected + out of scope."""
        outcomes = {outcome.value: self._outcomes[outcome.value] for outcome in Outcome}
        reasons: dict[str, dict[str, int]] = {outcome.value: {} for outcome in Outcome}
        for (outcome, reason), number in sorted(self._reasons.items()):
            reasons[outcome][reason] = number
        return {
            "read": sum(outcomes.values()),
            **outcomes,
            "reasons": reasons,
            "remarks": dict(sorted(self._remarks.items())),
            "stays": dict(sorted(self._stays.items())),
            "opens_accounts": len(self._companies),
            "opens_properties": opens_properties,
        }


def fault_details(
    fault: RowFault, cells: Sequence[str], *, fields: Sequence[str], personal: frozenset[str]
) -> str:
    """The values of a fault's sentence and the row's cells, as JSON, without people's names."""
    values = {
        name: value[:CELL_CHARACTERS] if isinstance(value, str) else value
        for name, value in fault.values.items()
        if not (name == "value" and fault.values.get("field") in personal)
    }
    shown = {
        field: cell[:CELL_CHARACTERS]
        for field, cell in zip(fields, cells, strict=False)
        if field and cell and field not in personal
    }
    return rules.as_json({"values": values, "cells": shown})


class Candidate(NamedTuple):
    """An account that a held company may be, and how alike they are, of 100."""

    account_id: int
    score: int
    by_tax_number: bool


class AccountNamed(NamedTuple):
    """An account as it is compared."""

    id: int
    search_key: str
    tax_number: str | None


def candidates(name_key: str, tax_number: str, accounts: Sequence[AccountNamed]) -> list[Candidate]:
    """The accounts that a company may be: an equal tax number first, then the most alike names."""
    same = [
        Candidate(account.id, 100, by_tax_number=True)
        for account in accounts
        if tax_number and _digits(account.tax_number or "") == _digits(tax_number)
    ]
    if not name_key:
        return same[:CANDIDATES]
    alike = process.extract(
        name_key,
        [account.search_key for account in accounts],
        scorer=fuzz.token_set_ratio,
        score_cutoff=CANDIDATE_SCORE,
        limit=CANDIDATES,
    )
    known = {candidate.account_id for candidate in same}
    by_name = [
        Candidate(accounts[place].id, int(score), by_tax_number=False)
        for _, score, place in alike
        if accounts[place].id not in known
    ]
    return (same + by_name)[:CANDIDATES]


def _digits(tax_number: str) -> str:
    return "".join(sign for sign in tax_number.casefold() if sign.isalnum())


def ensure_rows(read: int) -> None:
    """Refuse a file that has a header and nothing under it."""
    if not read:
        raise FileRefused("no_rows")


def default_as_of(today: date, *, given: date | None) -> date:
    return given or today

"""What becomes of a row: accepted, held, rejected or out of scope, and why."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from portal.stays import rules
from portal.stays.files.rules import Rows
from portal.stays.models import Outcome, StayStatus
from portal.stays.rules import Adapter, Reader, Remark, RowFault, SourcePolicy, StayTold
from portal.stays.versions.rules import CurrentVersion

CHUNK_ROWS = 2_000
CELL_CHARACTERS = 200

ACCEPTED, HELD = Outcome.ACCEPTED.value, Outcome.HELD.value
REJECTED, OUT_OF_SCOPE = Outcome.REJECTED.value, Outcome.OUT_OF_SCOPE.value
CHECKED_OUT = StayStatus.CHECKED_OUT.value


class Reason:
    """Codes of why a row has its outcome, where no `RowFault` says so."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OVERTAKEN = "overtaken"
    REPEATED = "repeated"
    UNKNOWN_COMPANY = "unknown_company"
    NO_COMPANY = "no_company"
    STAY_INCOMPLETE = "stay_incomplete"


class ReadRow(NamedTuple):
    """A row as it was read: what it tells, or the code of its fault with the details as JSON."""

    row_no: int
    stay_key: str | None
    told: StayTold | None
    fault: str
    details: str | None


def read_rows(rows: Rows, reader: Reader, adapter: Adapter) -> Iterator[list[ReadRow]]:
    """The rows of a file, some thousand at a time. Raises `FileRefused`."""
    found = _read_each(rows, reader, adapter)
    while part := list(islice(found, CHUNK_ROWS)):
        yield part


def _read_each(rows: Rows, reader: Reader, adapter: Adapter) -> Iterator[ReadRow]:
    for row_no, cells, fault in rows:
        try:
            if fault is not None:
                raise fault
            stay_key, told = reader.read(cells)
        except RowFault as found:
            details = _details(found, cells, fields=rows.fields, personal=adapter.personal)
            yield ReadRow(row_no, reader.key_of(cells), None, found.code, details)
        else:
            yield ReadRow(row_no, stay_key, told, "", None)


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
    """What the portal knows when rows are judged; the last four are filled chunk by chunk."""

    import_id: int
    policy: SourcePolicy
    companies_only: bool
    as_of: str
    properties: Mapping[str, PropertyKnown]
    companies: dict[str, int] = field(default_factory=dict)
    """Account by `SOURCE:COMPANY`."""
    played: dict[int, str] = field(default_factory=dict)
    """Up to which day the programme had played an account before this import; without those never played."""
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


def is_in_scope(told: StayTold, *, world: World) -> bool:
    """Whether the import is concerned with the stay at all."""
    return not world.companies_only or bool(told.company)


def judge(told: StayTold, *, key: str, content_digest: str, world: World) -> Verdict:
    """Decide on a stay that could be read and put together."""
    if not is_in_scope(told, world=world):
        return Verdict(OUT_OF_SCOPE, Reason.NO_COMPANY)
    wrong = _wrong_place(told, world)
    if wrong is not None:
        return wrong
    if not world.policy.opens_unclaimed_accounts and told.company and account_id(told, world=world) is None:
        return Verdict(HELD, Reason.UNKNOWN_COMPANY)
    known = world.stays.get(key)
    if known is not None and known.content_digest == content_digest:
        return Verdict(ACCEPTED, Reason.UNCHANGED, rules.remarks(told))
    if known is not None and known.import_id > world.import_id:
        return Verdict(REJECTED, Reason.OVERTAKEN)
    return Verdict(ACCEPTED, Reason.CHANGED if known else Reason.NEW, _remarks(told, world))


def _wrong_place(told: StayTold, world: World) -> Verdict | None:
    place = world.properties.get(told.property_code)
    if place is None:
        values = {"field": "property_code", "value": told.property_code}
        return Verdict(REJECTED, "unknown_property", values=values)
    if place.currency != told.currency:
        values = {"field": "currency", "value": told.currency, "expected": place.currency}
        return Verdict(REJECTED, "wrong_currency", values=values)
    return None


def is_late(told: StayTold, *, world: World) -> bool:
    """Whether the programme has played the account past the day on which the stay settled."""
    owner = account_id(told, world=world)
    through = world.played.get(owner, "") if owner is not None else ""
    return told.settled_on is not None and told.settled_on <= through


def _remarks(told: StayTold, world: World) -> tuple[str, ...]:
    found = rules.remarks(told)
    if told.status == CHECKED_OUT:
        if is_late(told, world=world):
            found += (Remark.LATE,)
        if told.checked_out_on is not None and told.checked_out_on > world.as_of:
            found += (Remark.AFTER_AS_OF,)
    if told.membership_no and guest_id(told, world=world) is None:
        found += (Remark.CARD_NOT_KNOWN,)
    return found


def account_id(told: StayTold, *, world: World) -> int | None:
    """The account that the stay belongs to, as far as it is known."""
    return world.companies.get(company_key(told)) if told.company else None


def guest_id(told: StayTold, *, world: World) -> int | None:
    """Who slept there: the holder of the card, when it is a card of the same company."""
    card = world.cards.get(told.membership_no) if told.membership_no else None
    return card.holder_id if card and card.account_id == account_id(told, world=world) else None


class Tally:
    """Counts what accepting the rows does, and what is worth reporting of them."""

    def __init__(self) -> None:
        self._remarks: Counter[str] = Counter()
        self._stays: Counter[str] = Counter()
        self._versions: Counter[str] = Counter()
        self._companies: set[str] = set()

    def add(self, told: StayTold, verdict: Verdict, *, opens_account: bool) -> None:
        """Count one stay that is accepted."""
        for remark in verdict.remarks:
            self._remarks[remark] += 1
        self._stays[told.status] += 1
        self._versions[verdict.reason] += 1
        if opens_account:
            self._companies.add(company_key(told))

    def counts(
        self, rows: Iterable[tuple[str, str, int]], *, read: int, opens_properties: int
    ) -> dict[str, Any]:
        """As kept with the import. Read = accepted + held + rejected + out of scope.

        `read` is counted at the file, the others are what is kept of it, so the equation can fail.
        """
        outcomes = {outcome.value: 0 for outcome in Outcome}
        reasons: dict[str, dict[str, int]] = {outcome.value: {} for outcome in Outcome}
        for outcome, reason, number in rows:
            outcomes[outcome] += number
            reasons[outcome][reason] = number
        return {
            "read": read,
            **outcomes,
            "reasons": reasons,
            "remarks": dict(sorted(self._remarks.items())),
            "stays": dict(sorted(self._stays.items())),
            "versions": dict(sorted(self._versions.items())),
            "opens_accounts": len(self._companies),
            "opens_properties": opens_properties,
        }


def _details(
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

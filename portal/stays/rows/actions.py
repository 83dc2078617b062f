"""Keeping what the rows of a file tell, judging the stays among them, and writing what is accepted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, cast

from flask import current_app
from sqlalchemy import Table, bindparam, delete, update

from portal.bulk import insert_many
from portal.database import db
from portal.stays import rules
from portal.stays.models import Import, ImportRow
from portal.stays.rows import queries
from portal.stays.rows.queries import StagedRow
from portal.stays.rows.rules import (
    ACCEPTED,
    CHUNK_ROWS,
    HELD,
    OUT_OF_SCOPE,
    REJECTED,
    PropertyKnown,
    ReadRow,
    Reason,
    Tally,
    Verdict,
    World,
    account_id,
    company_key,
    guest_id,
    is_in_scope,
    is_late,
    judge,
)
from portal.stays.rules import Adapter, Bill, NumberedRow, RowFault, StayTold
from portal.stays.versions import actions as versions
from portal.stays.versions import queries as version_queries
from portal.stays.versions.rules import NewVersion

ROWS = cast("Table", ImportRow.__table__)
COLUMNS = (
    "import_id", "row_no", "outcome", "reason", "remarks", "stay_key", "company", "content", "details",
)  # fmt: skip
JUDGED_COLUMNS = ("outcome", "reason", "remarks", "company", "details")


@dataclass(slots=True)
class Reading:
    """One import on its way: how its rows are read, what is known, and what was counted so far."""

    import_id: int
    adapter: Adapter
    world: World
    knows_stays: bool
    """Whether any stay is known at all; a first import need not look."""
    opens_properties: int
    read: int
    """How many rows the file has, as they were counted while it was read."""
    tally: Tally = field(default_factory=Tally)


class JudgedStay(NamedTuple):
    """The rows that tell of one stay, and what becomes of them."""

    rows: Sequence[StagedRow]
    stay_key: str
    told: StayTold | None
    content_digest: str
    verdict: Verdict


def begin_reading(*, offered: Import, adapter: Adapter) -> Reading:
    """Look round before the first row: the hotels, and whether any stay is known."""
    properties = queries.known_properties()
    seeds = [seed for seed in adapter.policy.opens_properties if seed.code not in properties]
    world = World(
        import_id=offered.id,
        policy=adapter.policy,
        companies_only=offered.companies_only,
        as_of=offered.as_of.isoformat(),
        properties=properties | {seed.code: PropertyKnown(0, seed.zone, seed.currency) for seed in seeds},
    )
    return Reading(
        offered.id,
        adapter,
        world,
        knows_stays=version_queries.is_any_stay_known(),
        opens_properties=len(seeds),
        read=offered.counts.get("read", 0),
    )


def forget_rows(*, import_id: int) -> None:
    """Drop what is kept of an import's rows."""
    db.session.execute(delete(ImportRow).where(ImportRow.import_id == import_id))


# --- The first look: rows as they come --------------------------------------------------------


def stage_rows(*, part: Sequence[ReadRow], reading: Reading) -> None:
    """Keep rows that were read; judge them at once where a row is a stay of its own."""
    world = reading.world
    readable = [row for row in part if row.told is not None and is_in_scope(row.told, world=world)]
    if reading.adapter.is_stay_a_row:
        _learn(((row.stay_key or "", row.told) for row in readable if row.told), reading)
        insert_many(ROWS, COLUMNS, [_judged_row(row, reading) for row in part])
    else:
        insert_many(ROWS, COLUMNS, [_unjudged_row(row, reading.import_id) for row in part])


def _judged_row(row: ReadRow, reading: Reading) -> tuple[object, ...]:
    told, key = row.told, row.stay_key
    if told is None:
        return (reading.import_id, row.row_no, REJECTED, row.fault, "", None, None, None, row.details)
    if not is_in_scope(told, world=reading.world):
        # Nothing can bring it into scope any more, so only its number and reason are kept.
        return (reading.import_id, row.row_no, OUT_OF_SCOPE, Reason.NO_COMPANY, "", None, None, None, None)
    content = rules.encode(told)
    verdict = judge(told, key=key or "", content_digest=rules.digest(content), world=reading.world)
    _count(told, verdict, reading)
    return (
        reading.import_id,
        row.row_no,
        verdict.outcome,
        verdict.reason,
        ",".join(verdict.remarks),
        key,
        company_key(told) if verdict.outcome == HELD else None,
        content,
        _details(verdict),
    )


def _unjudged_row(row: ReadRow, import_id: int) -> tuple[object, ...]:
    if row.told is None:
        return (import_id, row.row_no, REJECTED, row.fault, "", row.stay_key, None, None, row.details)
    content = rules.encode(row.told)
    return (import_id, row.row_no, ACCEPTED, Reason.NEW, "", row.stay_key, None, content, None)


# --- Judging: the rows of a stay together -----------------------------------------------------


def stays_of(reading: Reading) -> Iterator[list[list[StagedRow]]]:
    """The rows that were kept, stay by stay, some thousand rows at a time."""
    return _single_rows(reading) if reading.adapter.is_stay_a_row else _grouped_rows(reading)


def _single_rows(reading: Reading) -> Iterator[list[list[StagedRow]]]:
    last = 0
    while found := queries.rows_in_order(reading.import_id, after=last, limit=CHUNK_ROWS):
        last = found[-1].row_no
        yield [[row] for row in found]


def _grouped_rows(reading: Reading) -> Iterator[list[list[StagedRow]]]:
    after = ("", 0)
    while found := queries.rows_by_stay(reading.import_id, after=after, limit=CHUNK_ROWS):
        stays = [list(rows) for _, rows in groupby(found, key=lambda row: row.stay_key)]
        if len(found) == CHUNK_ROWS and len(stays) > 1:
            stays.pop()  # the rows of the last stay may go on; it comes whole the next time
        elif len(found) == CHUNK_ROWS:
            stays = [_whole(stays[0], reading)]
        last = stays[-1][-1]
        after = (last.stay_key or "", last.row_no)
        yield stays


def stays_named(keys: Sequence[str], *, reading: Reading) -> list[list[StagedRow]]:
    """The rows of these stays, stay by stay."""
    found = queries.rows_of_stays(reading.import_id, keys)
    return [list(rows) for _, rows in groupby(found, key=lambda row: row.stay_key)]


def _whole(rows: list[StagedRow], reading: Reading) -> list[StagedRow]:
    """All rows of a stay that has more of them than any honest one."""
    return queries.rows_of_stays(reading.import_id, [rows[0].stay_key or ""])


def judge_stays(*, stays: Sequence[Sequence[StagedRow]], reading: Reading) -> list[JudgedStay]:
    """Decide on stays by all their rows, and note the outcome of rows for which it is a new one."""
    read = [(rows, _decoded(rows)) for rows in stays]
    _learn(((rows[0].stay_key or "", numbered[-1].told) for rows, numbered in read if numbered), reading)
    bills = _bills([rows[0].stay_key or "" for rows in stays], reading)
    judged = [_judge_stay(rows, numbered, bills, reading) for rows, numbered in read]
    _note_outcomes(judged)
    for stay in judged:
        if stay.told is not None:
            _count(stay.told, stay.verdict, reading)
    return judged


def _decoded(rows: Sequence[StagedRow]) -> list[NumberedRow]:
    return [NumberedRow(row.row_no, rules.decode(row.content)) for row in rows if row.content is not None]


def _bills(keys: Sequence[str], reading: Reading) -> dict[str, Bill]:
    if reading.adapter.is_stay_a_row:
        return {}
    ids = {known.id: key for key in keys if (known := reading.world.stays.get(key)) is not None}
    return {ids[stay_id]: bill for stay_id, bill in version_queries.bills_of(ids).items()} if ids else {}


def _judge_stay(
    rows: Sequence[StagedRow], numbered: Sequence[NumberedRow], bills: dict[str, Bill], reading: Reading
) -> JudgedStay:
    key = rows[0].stay_key or ""
    broken = next((row for row in rows if row.content is None), None)
    if broken is not None:
        verdict = Verdict(REJECTED, Reason.STAY_INCOMPLETE, values={"row": broken.row_no})
        return JudgedStay(rows, key, None, "", verdict)
    try:
        told = reading.adapter.assemble(numbered, known=bills.get(key, Bill()))
    except RowFault as fault:
        return JudgedStay(rows, key, None, "", Verdict(REJECTED, fault.code, values=fault.values))
    single = len(rows) == 1 and reading.adapter.is_stay_a_row
    digest = rules.digest(rows[0].content or "" if single else rules.encode(told))
    verdict = judge(told, key=key, content_digest=digest, world=reading.world)
    return JudgedStay(rows, key, told, digest, verdict)


def _note_outcomes(judged: Iterable[JudgedStay]) -> None:
    changes = [change for stay in judged for change in _changes(stay)]
    if not changes:
        return
    statement = (
        update(ROWS)
        .where(ROWS.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in JUDGED_COLUMNS})
    )
    db.session.connection().execute(statement, changes)


def _changes(stay: JudgedStay) -> Iterator[dict[str, object]]:
    outcome, reason, remarks, _ = verdict = stay.verdict
    company = company_key(stay.told) if outcome == HELD and stay.told else None
    details = _details(verdict)
    seen: set[str] = set()
    for place, row in enumerate(stay.rows):
        if row.content is None:
            continue  # unreadable, and its own reason says why
        is_repeated = row.content in seen and outcome == ACCEPTED
        seen.add(row.content)
        new = (
            outcome,
            Reason.REPEATED if is_repeated else reason,
            ",".join(remarks) if place == 0 else "",
            company,
            details,
        )
        if new != (row.outcome, row.reason, row.remarks, row.company, row.details):
            names = [f"new_{name}" for name in JUDGED_COLUMNS]
            yield {"row_id": row.id, **dict(zip(names, new, strict=True))}


def _details(verdict: Verdict) -> str | None:
    return rules.as_json({"values": dict(verdict.values)}) if verdict.values else None


def _count(told: StayTold, verdict: Verdict, reading: Reading) -> None:
    if verdict.outcome != ACCEPTED:
        return
    opens = bool(told.company) and account_id(told, world=reading.world) is None
    reading.tally.add(told, verdict, opens_account=opens)


# --- What is known of a part of the rows ------------------------------------------------------


def _learn(stays: Iterable[tuple[str, StayTold]], reading: Reading) -> None:
    """Look up, for a part of the rows at once, companies, cards and earlier versions."""
    world = reading.world
    keys: list[str] = []
    companies: set[tuple[str, str]] = set()
    cards: set[str] = set()
    for key, told in stays:
        keys.append(key)
        company = told.company
        if company and f"{told.source}:{company}" not in world.companies:
            companies.add((told.source, company))
        if told.membership_no:
            cards.add(told.membership_no)
    if companies:
        found = queries.known_companies(companies)
        world.companies.update({f"{source}:{code}": found_id for (source, code), found_id in found.items()})
        world.played.update(_played_through(found.values()))
    world.cards = queries.known_cards(cards) if cards else {}
    world.stays = version_queries.current_versions(keys) if reading.knows_stays else {}


def _played_through(account_ids: Iterable[int]) -> dict[int, str]:
    """How far the room above has played these accounts: what settled by then comes late."""
    ask = current_app.extensions["stays.played_through"]
    return {account_id: day.isoformat() for account_id, day in ask(set(account_ids)).items()}


# --- Acceptance -------------------------------------------------------------------------------


def write_accepted(*, judged: Sequence[JudgedStay], reading: Reading, at: datetime) -> set[int]:
    """Keep the stays among these that are new or changed; the ids of the accounts whose stays they are."""
    new: list[NewVersion] = []
    accounts: set[int] = set()
    for stay in judged:
        if stay.told is None or stay.verdict.outcome != ACCEPTED:
            continue
        if stay.verdict.reason == Reason.UNCHANGED:
            continue
        version = _version(stay, stay.told, reading.world)
        known = reading.world.stays.get(stay.stay_key)
        touched = (version.account_id, known.account_id if known else None)
        accounts.update(found for found in touched if found is not None)
        new.append(version)
    versions.write_versions(versions=new, import_id=reading.import_id, at=at)
    return accounts


def _version(stay: JudgedStay, told: StayTold, world: World) -> NewVersion:
    known = world.stays.get(stay.stay_key)
    return NewVersion(
        natural_key=stay.stay_key,
        version=known.version + 1 if known else 1,
        content_digest=stay.content_digest,
        row_no=stay.rows[-1].row_no,
        told=told,
        property_id=world.properties[told.property_code].id,
        account_id=account_id(told, world=world),
        guest_id=guest_id(told, world=world),
        is_late=is_late(told, world=world),
        replaces_id=known.id if known else None,
    )


def missing_companies(judged: Iterable[JudgedStay], *, reading: Reading) -> dict[str, StayTold]:
    """Companies of accepted stays that have no account yet, each with a stay that names it."""
    found: dict[str, StayTold] = {}
    for stay in judged:
        if stay.told is not None and stay.verdict.outcome == ACCEPTED and stay.told.company:
            key = company_key(stay.told)
            if key not in reading.world.companies:
                found.setdefault(key, stay.told)
    return found


def drop_contents(*, import_id: int) -> None:
    """What an accepted row told stands in its stay now; the row keeps its number and reason."""
    statement = (
        update(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.outcome == ACCEPTED)
        .values(content=None)
    )
    db.session.execute(statement, execution_options={"synchronize_session": False})

"""Taking a file in: offered, previewed, then accepted as a whole or discarded."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any, BinaryIO, Protocol

from flask import current_app
from sqlalchemy import text

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts import queries as account_queries
from portal.accounts.actions import UnclaimedCompany
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.database import db, is_postgresql
from portal.hotel import actions as hotel
from portal.hotel import queries as hotel_queries
from portal.jobs import actions as jobs
from portal.jobs.models import Job
from portal.stays import rules as stay_rules
from portal.stays.files import rules as files
from portal.stays.files.rules import FileRefused, Survey
from portal.stays.imports import queries
from portal.stays.imports.rules import (
    ACCEPT_JOB,
    ADAPTERS,
    READ_JOB,
    AcceptedImport,
    CompanyTaken,
    NothingHeld,
    ensure_acceptable,
    ensure_day_has_come,
    ensure_discardable,
    ensure_every_row_counted,
    ensure_rows,
    ensure_settleable,
)
from portal.stays.models import Import
from portal.stays.rows import actions as rows
from portal.stays.rows import queries as row_queries
from portal.stays.rows import rules as row_rules
from portal.stays.rows.actions import JudgedStay, Reading
from portal.stays.rules import StayTold

NameCompany = Callable[[StayTold], UnclaimedCompany]
KeepGoing = Callable[[], None]


class Chunk(Protocol):
    """Opens one transaction for a part of the work: `done` of `total` are done with it."""

    def __call__(self, *, done: int, total: int | None) -> AbstractContextManager[None]: ...


def offer_import(
    *,
    source: str,
    filename: str,
    digest: str,
    companies_only: bool,
    as_of: date | None,
    by: int | None,
    at: datetime,
    shift_weeks: int = 0,
) -> Import:
    """Put a file down that is about to be read; with no `as_of` it is played up to today.

    Today is the day at the first house. Raises `AsOfAhead`.
    """
    today = clock.local_date(at, hotel_queries.house_zone())
    as_of = as_of or today
    ensure_day_has_come(as_of, today=today)
    offered = Import(
        public_id=uuid.uuid4(),
        source=source,
        filename=filename[: stay_rules.TEXT_CHARACTERS],
        digest=digest,
        companies_only=companies_only,
        shift_weeks=shift_weeks,
        uploaded_at=at,
        uploaded_by_id=by,
        as_of=as_of,
        counts={},
    )
    db.session.add(offered)
    db.session.flush()
    return offered


def read_file(*, import_id: int, file: BinaryIO, found: Survey, chunk: Chunk) -> Reading:
    """Read and judge every row of a file, in as many transactions as `chunk` makes of it.

    A reading that was interrupted begins anew. Nobody sees the rows before `close_preview`.
    Raises `FileRefused`, `AlreadyDiscarded`.
    """
    with chunk(done=0, total=found.lines):
        offered = queries.import_to_change(import_id)
        ensure_discardable(offered)
        rows.forget_rows(import_id=import_id)
        adapter = ADAPTERS[offered.source]
        reading = rows.begin_reading(offered=offered, adapter=adapter)
        shift_weeks = offered.shift_weeks
    table = files.Rows(file, found, columns=adapter.columns, required=adapter.required)
    zones = {code: place.zone for code, place in reading.world.properties.items()}
    reader = adapter.reader(table.fields, zones=zones, shift_weeks=shift_weeks)
    read = reading.read = 0
    for part in row_rules.read_rows(table, reader, adapter):
        read += len(part)
        reading.read = read
        with chunk(done=read, total=found.lines):
            rows.stage_rows(part=part, reading=reading)
    ensure_rows(read)
    if not adapter.is_stay_a_row:
        for stays in rows.stays_of(reading):
            with chunk(done=read, total=found.lines):
                rows.judge_stays(stays=stays, reading=reading)
    return reading


def read_now(*, import_id: int, file: BinaryIO, found: Survey, at: datetime) -> Import:
    """Read a small file and show its preview within the transaction that is open. Raises `FileRefused`."""

    def no_chunk(*, done: int, total: int | None) -> AbstractContextManager[None]:  # noqa: ARG001 -- the protocol
        return nullcontext()

    reading = read_file(import_id=import_id, file=file, found=found, chunk=no_chunk)
    return close_preview(reading=reading, at=at)


def ask_to_read(*, offered: Import, by: int | None, at: datetime) -> Job:
    """Have the worker read a file that was kept for it."""
    payload = {"import": str(offered.public_id)}
    key = queries.reading_key(offered)
    return jobs.enqueue(kind=READ_JOB, payload=payload, dedupe_key=key, owner_id=by, at=at)


def ask_to_accept(*, offered: Import, by: int | None, at: datetime) -> Job:
    """Have the worker accept a large preview; asked twice, it is the same job. Raises `ImportRefusal`."""
    ensure_acceptable(offered)
    asked = queries.acceptance_job(offered)
    if asked is not None and not asked.is_ended:
        return asked
    payload = {"import": str(offered.public_id)}
    key = queries.acceptance_key(offered) + at.isoformat()
    return jobs.enqueue(kind=ACCEPT_JOB, payload=payload, dedupe_key=key, owner_id=by, at=at)


def close_preview(*, reading: Reading, at: datetime) -> Import:
    """Show what was found: the preview waits to be accepted or discarded. Raises `CountsDisagree`."""
    offered = queries.import_to_change(reading.import_id)
    ensure_discardable(offered)
    offered.counts = _counts(reading)
    offered.previewed_at = at
    return offered


def note_failure(*, import_id: int, refusal: FileRefused, at: datetime) -> None:
    """The file cannot be read: keep why, and nothing of it."""
    offered = queries.import_to_change(import_id)
    rows.forget_rows(import_id=import_id)
    offered.failed_at = at
    offered.failure = {"code": refusal.code, "values": refusal.values}


def discard_import(*, import_id: int, by: int | None, at: datetime) -> None:
    """Drop a preview, or a file that is still being read. Raises `AlreadyAccepted`, `AlreadyDiscarded`."""
    offered = queries.import_to_change(import_id)
    ensure_discardable(offered)
    for job in (queries.reading_job(offered), queries.acceptance_job(offered)):
        if job is not None and not job.is_ended:
            jobs.cancel(job=job, at=at)
    rows.forget_rows(import_id=import_id)
    offered.discarded_at = at
    _record("import.discard", offered, by=by, at=at)


def give_up(*, import_id: int, at: datetime) -> None:
    """End a reading that was cancelled: what was kept of the rows goes, whoever said so first."""
    offered = queries.import_to_change(import_id)
    rows.forget_rows(import_id=import_id)
    offered.discarded_at = offered.discarded_at or at


def forget_import(*, import_id: int) -> None:
    """Leave no trace of a file that was only looked at. Raises `AlreadyAccepted`."""
    offered = queries.import_to_change(import_id)
    ensure_discardable(offered)
    rows.forget_rows(import_id=import_id)
    db.session.delete(offered)
    db.session.flush()


def accept_import(
    *,
    import_id: int,
    by: int | None,
    at: datetime,
    name_company: NameCompany | None = None,
    keep_going: KeepGoing = lambda: None,
) -> Import:
    """Turn the accepted rows of a preview into stays, all in one transaction.

    The rows are judged once more: what another import or a new account has changed since the
    preview counts as it is now. The rooms above are told before the transaction ends.
    `keep_going` is called between the parts and may raise. Raises `ImportRefusal`.
    """
    _one_at_a_time()
    offered = queries.import_to_change(import_id)
    ensure_acceptable(offered)
    reading = rows.begin_reading(offered=offered, adapter=ADAPTERS[offered.source])
    _open_properties(reading, by=by, at=at)
    affected: set[int] = set()
    for stays in rows.stays_of(reading):
        keep_going()
        judged = rows.judge_stays(stays=stays, reading=reading)
        _open_accounts(judged, reading, name_company or unclaimed_company, by=by, at=at)
        affected |= rows.write_accepted(judged=judged, reading=reading, at=at)
    offered.counts = _counts(reading)
    offered.accepted_at = at
    offered.accepted_by_id = by
    rows.drop_contents(import_id=import_id)
    _record("import.accept", offered, by=by, at=at, details=_sums(offered.counts))
    _tell(AcceptedImport(import_id, frozenset(affected), at))
    return offered


def settle_company(
    *, import_id: int, company: str, account: Account | None, by: int, at: datetime
) -> Account:
    """Say which account a held company is, or open one for it; its rows are accepted.

    Of an import that was accepted already they become stays at once. Raises `NothingHeld`,
    `CompanyTaken`, `AlreadyDiscarded`.
    """
    _one_at_a_time()
    offered = queries.import_to_change(import_id)
    ensure_settleable(offered)
    reading = rows.begin_reading(offered=offered, adapter=ADAPTERS[offered.source])
    held = queries.held_content(import_id, company=company)
    if held is None:
        raise NothingHeld
    settled = _name_account(stay_rules.decode(held), account, by=by, at=at)
    affected: set[int] = set()
    while keys := queries.held_stay_keys(import_id, company=company, limit=row_rules.CHUNK_ROWS):
        judged = rows.judge_stays(stays=rows.stays_named(keys, reading=reading), reading=reading)
        if offered.accepted_at is not None:
            affected |= rows.write_accepted(judged=judged, reading=reading, at=at)
    _count_settled(offered, reading)
    if offered.accepted_at is not None:
        rows.drop_contents(import_id=import_id)
        _tell(AcceptedImport(import_id, frozenset(affected), at))
    return settled


def unclaimed_company(told: StayTold) -> UnclaimedCompany:
    """A company as its hotel system tells of it."""
    return UnclaimedCompany(
        source=told.source,
        code=told.company,
        name=told.company_name or f"Company {told.company_code or told.company_tax_id}",
        tax_number=told.company_tax_id or None,
    )


def _one_at_a_time() -> None:
    """Two files may tell of the same stay: on PostgreSQL acceptances wait for each other."""
    if is_postgresql():
        # SQLite has one writer anyway. Readers are not kept waiting.
        db.session.execute(text("LOCK TABLE stay IN SHARE ROW EXCLUSIVE MODE"))


def _open_properties(reading: Reading, *, by: int | None, at: datetime) -> None:
    for seed in reading.adapter.policy.opens_properties:
        if reading.world.properties[seed.code].id == 0:
            hotel.open_property(
                code=seed.code,
                name=seed.name,
                city=seed.city,
                zone=seed.zone,
                currency=seed.currency,
                by=by,
                at=at,
            )
    db.session.flush()
    reading.world.properties = row_queries.known_properties()


def _open_accounts(
    judged: list[JudgedStay], reading: Reading, name_company: NameCompany, *, by: int | None, at: datetime
) -> None:
    missing = rows.missing_companies(judged, reading=reading)
    if missing:
        companies = [name_company(told) for told in missing.values()]
        opened = accounts.open_unclaimed_accounts(companies=companies, by=by, at=at)
        reading.world.companies |= {f"{source}:{code}": found for (source, code), found in opened.items()}


def _name_account(told: StayTold, account: Account | None, *, by: int, at: datetime) -> Account:
    known = account_queries.account_by_code(source=told.source, code=told.company)
    if known is not None:
        if account is None or account.id != known.id:
            raise CompanyTaken(known.name)
        return known
    if account is not None:
        accounts.add_code(account=account, source=told.source, code=told.company, by=by, at=at)
        return account
    opened = accounts.open_unclaimed_accounts(companies=[unclaimed_company(told)], by=by, at=at)
    return queries.account(opened[told.source, told.company])


def _counts(reading: Reading) -> dict[str, Any]:
    counts = reading.tally.counts(
        row_queries.row_counts(reading.import_id),
        read=reading.read,
        opens_properties=reading.opens_properties,
    )
    ensure_every_row_counted(counts)
    return counts


def _count_settled(offered: Import, reading: Reading) -> None:
    """Add what was settled to the counts: rows are counted anew, stays and remarks come on top."""
    found = _counts(reading)
    for name in ("remarks", "stays", "versions"):
        before: Mapping[str, int] = offered.counts.get(name, {})
        found[name] = {
            code: before.get(code, 0) + found[name].get(code, 0) for code in sorted({*before, *found[name]})
        }
    for name in ("opens_accounts", "opens_properties"):
        found[name] = offered.counts.get(name, 0)
    offered.counts = found


def _sums(counts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: counts[name] for name in ("read", "accepted", "held", "rejected", "out_of_scope")}


def _record(
    action: str, offered: Import, *, by: int | None, at: datetime, details: Mapping[str, Any] | None = None
) -> None:
    audit.record(
        action=action,
        subject_kind="import",
        subject_id=offered.public_id,
        details={"source": offered.source, **(details or {})},
        by=by,
        at=at,
    )


def _tell(accepted: AcceptedImport) -> None:
    """Tell the rooms above, which play the stays within the same transaction."""
    for listener in current_app.extensions.get("stays.listeners", ()):
        listener(accepted)

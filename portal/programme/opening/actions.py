"""Taking opening balances over: one person shows a file, another accepts it; each account opens once."""

import uuid
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any, BinaryIO

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.audit import actions as audit
from portal.bulk import plain_rows, update_many
from portal.database import db
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.chain.rules import Entry
from portal.programme.crediting import actions as crediting
from portal.programme.ledger import actions as ledger
from portal.programme.ledger import rules as ledger_rules
from portal.programme.ledger.actions import Moved
from portal.programme.ledger.rules import AccountLedger
from portal.programme.opening import queries, rules
from portal.programme.opening.models import OpeningImport, OpeningOutcome, OpeningRow
from portal.programme.opening.rules import Offered
from portal.programme.rules import Rules
from portal.programme.standing.models import AccountStanding, TierChange
from portal.programme.standing.rules import Count, standing_of
from portal.stays.files import rules as files
from portal.stays.workbooks import rules as workbooks

NOTHING_COUNTED = Count(0, 0, 0, 0)
_TOLD = tuple(part.name for part in fields(Offered))
_DECIDED = ("outcome", "reason", "details", "account_id", "entry_seq")
_ROW = ("import_id", "row_no")


def preview(*, file: BinaryIO, filename: str, by_id: int, at: datetime) -> OpeningImport:
    """Read a file and say what would become of each row; the same file again is the same preview.

    Raises `FileRefused` for a file that cannot be read as a whole.
    """
    digest = digest_of(file)
    if (before := queries.import_by_digest(digest)) is not None:
        return before
    offered = _read(_table(file), at)
    if not offered:
        raise files.FileRefused("no_rows")
    decided = rules.decide(offered, known=queries.known(offered), rules=_rules(at))
    shown = OpeningImport(
        public_id=uuid.uuid4(),
        filename=filename,
        digest=digest,
        counts=rules.counts_of(decided),
        uploaded_by_id=by_id,
        uploaded_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(shown)
    except IntegrityError:
        # Another upload of the same file came first.
        if (before := queries.import_by_digest(digest)) is None:
            raise
        return before
    db.session.execute(insert(OpeningRow), [_row(shown.id, row) for row in decided])
    _record(shown, "opening.preview", by_id=by_id, at=at)
    return shown


def digest_of(file: BinaryIO) -> str:
    """The digest by which a file is known again. Raises `FileRefused`."""
    return workbooks.digest_of(file) if workbooks.is_workbook(file) else files.survey(file).digest


def accept(*, public_id: uuid.UUID, by_id: int, at: datetime) -> OpeningImport:
    """Take a file over. What has changed since it was shown is decided anew, under the accounts' locks."""
    shown = _waiting(public_id)
    if shown.uploaded_by_id == by_id:
        raise rules.SamePerson
    day, offered = clock.local_date(at, hotel.house_zone()), _told(shown.id)
    hoped = {row.account_id for row in offered if row.account_id is not None}
    books = ledger.lock_ledgers(hoped)
    # Read again behind the locks: a company may have been opened, or have risen, since.
    terms = _rules(at)
    fresh = [rules.read_again(row, rules=terms, day=day) for row in offered]
    decided = rules.decide(fresh, known=queries.known(fresh), rules=terms)
    decided = [_late(row, books) for row in decided]
    moves, seqs = _post(decided, books, shown.public_id, day=day, at=at)
    ledger.write_moves(moves)
    for move in moves:
        _record_points(move, by_id=by_id, at=at)
    crediting.begin_calendars(account_ids=[move.account_id for move in moves], day=day, at=at)
    _raise_tiers(decided, day=day, at=at, by_id=by_id)
    _write_outcomes(shown.id, decided, seqs)
    shown.counts, shown.accepted_by_id, shown.accepted_at = rules.counts_of(decided), by_id, at
    _record(shown, "opening.accept", by_id=by_id, at=at)
    db.session.flush()
    return shown


def discard(*, public_id: uuid.UUID, by_id: int, at: datetime) -> OpeningImport:
    """Put a file aside; it may be shown again."""
    shown = _waiting(public_id)
    shown.discarded_by_id, shown.discarded_at = by_id, at
    _record(shown, "opening.discard", by_id=by_id, at=at)
    db.session.flush()
    return shown


def _waiting(public_id: uuid.UUID) -> OpeningImport:
    shown = queries.import_of(public_id, lock=True)
    if shown is None:
        raise rules.NoSuchFile
    if shown.accepted_at is not None or shown.discarded_at is not None:
        raise rules.NotPreviewed
    return shown


def _table(file: BinaryIO) -> files.Rows | workbooks.Rows:
    columns: dict[str, Any] = {"columns": rules.COLUMNS, "required": rules.REQUIRED}
    if workbooks.is_workbook(file):
        return workbooks.Rows(file, most_rows=rules.MOST_ROWS, **columns)
    found = files.survey(file)
    if found.lines > rules.MOST_ROWS + 1:
        raise files.FileRefused("too_many_rows", limit=rules.MOST_ROWS)
    return files.Rows(file, found, **columns)


def _read(rows: files.Rows | workbooks.Rows, at: datetime) -> list[Offered]:
    terms = {"rules": _rules(at), "day": clock.local_date(at, hotel.house_zone())}
    found = []
    for record in rows:
        # Of a row of text with too many cells or too few nobody knows which is which.
        is_whole = len(record.cells) == len(rows.fields)
        named = dict(zip(rows.fields, record.cells, strict=True)) if is_whole else {}
        if record.fault is not None:
            found.append(rules.read_faulty(record.row_no, named, record.fault))
            continue
        found.append(rules.read_row(record.row_no, named, **terms))  # type: ignore[arg-type]  # named above
    return found


def _late(row: Offered, books: dict[int, AccountLedger]) -> Offered:
    # A company that came to be known only now was not locked: it waits for the next file.
    if row.outcome is OpeningOutcome.ACCEPTED and row.account_id not in books:
        return replace(row, outcome=OpeningOutcome.HELD, reason="known_only_now")
    return row


def _post(
    rows: Sequence[Offered], books: dict[int, AccountLedger], file_id: uuid.UUID, *, day: date, at: datetime
) -> tuple[list[Moved], dict[int, int]]:
    entries: dict[int, list[Entry]] = {}
    seqs: dict[int, int] = {}
    for row in rows:
        lot = _lot(row, day, at)
        if row.account_id is None or lot is None:
            continue
        book = books[row.account_id]
        number = len(entries.setdefault(row.account_id, [])) + 1
        key = rules.lot_key(book.account, number)
        entry = ledger_rules.credit(
            book,
            key=key,
            reference=rules.lot_reference(file_id, row.row_no),
            earned=lot,
            at=at,
            service_date=day,
        )
        if isinstance(entry, Entry):
            entries[row.account_id].append(entry)
            seqs[row.row_no] = entry.seq
    return [Moved(account_id, books[account_id], made) for account_id, made in entries.items()], seqs


def _lot(row: Offered, day: date, at: datetime) -> Any:
    if row.outcome is not OpeningOutcome.ACCEPTED or not row.points:
        return None
    if row.earned_on is None or row.expires_on is None:
        return None
    terms = {"points": row.points, "earned_on": row.earned_on, "expires_on": row.expires_on}
    return rules.opening_lot(rules=_rules(at), day=day, **terms)  # type: ignore[arg-type]  # named above


def _raise_tiers(rows: Sequence[Offered], *, day: date, at: datetime, by_id: int) -> None:
    version = _rules(at)
    for row in rows:
        if row.outcome is not OpeningOutcome.ACCEPTED or row.tier is None or row.account_id is None:
            continue
        stands = _standing(row.account_id, version, day)
        if stands.tier == row.tier:
            continue  # an earlier row of the company said so
        why = stands.derivation or standing_of(rules=version, counted=NOTHING_COUNTED, as_of=day).to_json()
        since = row.tier_since or day
        verdict = rules.opening_tier(rules=version, tier=row.tier, since=since, day=day)
        change = TierChange(account_id=row.account_id, day=crediting.first_day(day), recorded_at=at)
        change.tier_before, change.tier_after = stands.tier, row.tier
        change.standing, change.verdict = why, verdict.to_json()
        db.session.add(change)
        stands.tier, stands.tier_since, stands.grace_until = row.tier, since, None
        # It was not earned here: nobody is congratulated.
        stands.told_tier = row.tier
        db.session.flush()
        _record_tier(row.account_id, row.tier, by_id=by_id, at=at)


def _standing(account_id: int, version: Rules, day: date) -> AccountStanding:
    found = db.session.get(AccountStanding, account_id, populate_existing=True)
    if found is None:
        until = crediting.first_day(day)
        found = AccountStanding(account_id=account_id, tier=version.tiers[0].code, tier_since=until)
        found.played_through = found.told_through = until
        found.night_cents, found.grace_until = 0, None
        found.derivation = standing_of(rules=version, counted=NOTHING_COUNTED, as_of=until).to_json()
        db.session.add(found)
        db.session.flush()
    return found


def _told(import_id: int) -> list[Offered]:
    return [
        Offered(**{name: getattr(row, name) for name in _TOLD} | {"outcome": OpeningOutcome(row.outcome)})
        for row in queries.every_row(import_id)
    ]


def _row(import_id: int, row: Offered) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in _TOLD}
    return told | {"import_id": import_id, "outcome": row.outcome.value, "details": dict(row.details)}


def _write_outcomes(import_id: int, rows: Sequence[Offered], seqs: dict[int, int]) -> None:
    told = [
        {
            "outcome": row.outcome.value,
            "reason": row.reason,
            "details": dict(row.details),
            "account_id": row.account_id,
            "entry_seq": seqs.get(row.row_no),
            "import_id": import_id,
            "row_no": row.row_no,
        }
        for row in rows
    ]
    table: Any = OpeningRow.__table__
    update_many(table, _DECIDED, _ROW, plain_rows(table, (*_DECIDED, *_ROW), told))


def _rules(at: datetime) -> Rules:
    return programme.rules_in_force(clock.local_date(at, hotel.house_zone()))


def _record(shown: OpeningImport, action: str, *, by_id: int, at: datetime) -> None:
    audit.record(
        action=action,
        subject_kind="opening_import",
        subject_id=shown.public_id,
        details=dict(shown.counts),
        by=by_id,
        at=at,
    )


def _record_points(move: Moved, *, by_id: int, at: datetime) -> None:
    postings = [posting for entry in move.entries for posting in entry.postings]
    points = -sum(posting.points for posting in postings if posting.points < 0)
    audit.record(
        action="points.opening",
        subject_kind="account",
        subject_id=move.ledger.account,
        details={"lots": len(move.entries), "points": points},
        by=by_id,
        at=at,
    )


def _record_tier(account_id: int, tier: str, *, by_id: int, at: datetime) -> None:
    public_id = queries.public_id_of(account_id)
    audit.record(
        action="points.opening_tier",
        subject_kind="account",
        subject_id=public_id,
        details={"tier": tier},
        by=by_id,
        at=at,
    )

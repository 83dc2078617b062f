"""Drafting impact letters, deciding them, and sending what was approved."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from portal.audit import actions as audit
from portal.database import db
from portal.hotel import queries as hotel
from portal.outbox import actions as outbox
from portal.outbox import queries as letters
from portal.outbox.rules import ContactBudgetSpent
from portal.programme.impact import emails, queries, rules
from portal.programme.impact.models import ImpactLetter, ImpactState
from portal.programme.models import ProgrammeVersion
from portal.programme.notices import queries as notices
from portal.programme.rehearsal.models import Rehearsal


def draft_impact_letters(
    *, version: ProgrammeVersion, rehearsal: Rehearsal, by: int | None, at: datetime
) -> int:
    """Draft a letter for every company that was rehearsed; says how many are new. They are held."""
    known = queries.drafted(version.id)
    rows = [
        {
            "public_id": uuid.uuid4(),
            "version_id": version.id,
            "rehearsal_id": rehearsal.id,
            "account_id": account_id,
            "drafted_at": at,
        }
        for account_id in queries.rehearsed_members(rehearsal.id)
        if account_id not in known
    ]
    if rows:
        db.session.execute(insert(ImpactLetter), rows)
        _record("impact.drafted", "programme_version", version.number, {"letters": len(rows)}, by, at)
    return len(rows)


def approve_all(*, number: int, by: int, at: datetime) -> int:
    """Let every letter of a version go that is still held."""
    version_id = select(ProgrammeVersion.id).where(ProgrammeVersion.number == number).scalar_subquery()
    statement = update(ImpactLetter).where(ImpactLetter.version_id == version_id)
    changed = _decide(statement, queries.STATES[ImpactState.HELD], approved_at=at, approved_by_id=by)
    if not changed:
        raise rules.NothingHeld
    _record("impact.approved", "programme_version", number, {"letters": changed}, by, at)
    return changed


def approve(*, letter: ImpactLetter, by: int, at: datetime) -> None:
    """Let one letter go."""
    statement = update(ImpactLetter).where(ImpactLetter.id == letter.id)
    held = queries.STATES[ImpactState.HELD]
    if not _decide(statement, held, approved_at=at, approved_by_id=by):
        raise rules.LetterDecided
    _record("impact.approved", "impact_letter", letter.public_id, {"letters": 1}, by, at)


def strike_out(*, letter: ImpactLetter, by: int, at: datetime) -> None:
    """Keep one letter from being sent, approved or not, as long as it has not left."""
    statement = update(ImpactLetter).where(ImpactLetter.id == letter.id)
    values: dict[str, Any] = {"struck_at": at, "struck_by_id": by, "approved_at": None}
    if not _decide(statement, queries.MAY_BE_STRUCK, approved_by_id=None, **values):
        raise rules.LetterDecided
    _record("impact.struck", "impact_letter", letter.public_id, {}, by, at)


def strike_all_out(*, version: ProgrammeVersion, by: int, at: datetime) -> int:
    """Keep every letter of a version from being sent that has not left; says how many."""
    statement = update(ImpactLetter).where(ImpactLetter.version_id == version.id)
    values: dict[str, Any] = {"struck_at": at, "struck_by_id": by, "approved_at": None}
    struck = _decide(statement, queries.MAY_BE_STRUCK, approved_by_id=None, **values)
    if struck:
        _record("impact.struck", "programme_version", version.number, {"letters": struck}, by, at)
    return struck


def take_back_some(*, after_id: int, limit: int, at: datetime) -> tuple[int, int]:
    """Tell those who were told of a version that it was withdrawn; the last id, and how many were told.

    A letter that still lies in the outbox is taken out of it: its reader was never told. Where nobody who
    was told runs the account any more, whoever does is told.
    """
    found = queries.to_take_back(after_id=after_id, limit=limit)
    accounts = {letter.account_id for letter in found}
    people, ever = notices.administrators(accounts), notices.ever_administrators(accounts)
    zone, told = hotel.house_zone(), 0
    for letter in found:
        readers = {one for one in ever.get(letter.account_id, ()) if _was_told(letter, one, at)}
        now = people.get(letter.account_id, [])
        again = [person for person in now if person.id in readers] or (now if readers else [])
        for person in again:
            emails.rules_withdrawn(letter=letter, to=person, zone=zone, at=at)
        letter.taken_back_at, letter.recipients = at, len(again)
        told += len(again)
    db.session.flush()
    return (found[-1].id if found else after_id), told


def take_out_some(*, after_id: int, limit: int, at: datetime) -> tuple[int, int]:
    """Take out of the outbox what tells of a version as still to come that is in force.

    The last id of a letter there, and how many were taken out.
    """
    waiting = queries.waiting_letters(after_id=after_id, limit=limit)
    of_letter = {letter.public_id: emails.written_for(letter.dedupe_key) for letter in waiting}
    late = {letter.public_id: letter for letter in queries.begun(public_ids=set(of_letter.values()), at=at)}
    taken = 0
    for public_id, letter_id in of_letter.items():
        if letter_id in late and outbox.withdraw(public_id=public_id, at=at):
            late[letter_id].recipients = max((late[letter_id].recipients or 0) - 1, 0)
            taken += 1
    db.session.flush()
    return (waiting[-1].id if waiting else after_id), taken


def _was_told(letter: ImpactLetter, person_id: int, at: datetime) -> bool:
    """Whether a letter has left for somebody; it is taken back where it has not."""
    earlier = letters.letter_by_key(dedupe_key=emails.key_of(letter, person_id))
    return earlier is not None and not outbox.withdraw(public_id=earlier.public_id, at=at)


def send_some(*, after_id: int, limit: int, at: datetime) -> tuple[int, int]:
    """Write the next letters that are due; the id of the last one that was tried, and how many left.

    Whoever was written to often enough is waited for; the others of the account are not. Where nobody
    runs the account, the letter waits for somebody until the version is in force.
    """
    found = queries.due(at=at, after_id=after_id, limit=limit, lock=True)
    people = notices.accounts_with_administrators({letter.account_id for letter in found})
    rehearsals = {letter.rehearsal_id: queries.rehearsal_of(letter) for letter in found}
    zone, sent = hotel.house_zone(), 0
    for letter in found:
        free_at = None
        for person in people[letter.account_id][1]:
            try:
                emails.new_rules(
                    letter=letter, rehearsal=rehearsals[letter.rehearsal_id], to=person, zone=zone, at=at
                )
            except ContactBudgetSpent as refusal:
                free_at = max(refusal.free_at, free_at or refusal.free_at)
        recipients = len(people[letter.account_id][1])
        letter.recipients = None if free_at else recipients
        letter.try_at = free_at if recipients else at + timedelta(days=1)
        if recipients and free_at is None:
            letter.sent_at = at
            sent += 1
    db.session.flush()
    return (found[-1].id if found else after_id), sent


def _decide(statement: Any, open_: ColumnElement[bool], **values: Any) -> int:
    # Two people may decide the same letter in the same second, or one while it is sent: the first one has.
    decided = statement.where(open_).values(**values)
    done: Any = db.session.execute(decided.execution_options(synchronize_session=False))
    return int(done.rowcount)


def _record(  # noqa: PLR0917 -- the fields of an audit entry, in their order
    action: str, kind: str, subject: object, details: dict[str, Any], by: int | None, at: datetime
) -> None:
    audit.record(action=action, subject_kind=kind, subject_id=subject, details=details, by=by, at=at)

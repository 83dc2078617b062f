"""Making statements, once for each account and month, and printing them, once for each language."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy.dialects import postgresql, sqlite

from portal.accounts.models import Account
from portal.database import db, is_postgresql
from portal.documents import rendering
from portal.documents.rendering import DEFAULT_LIMITS, Limits
from portal.hotel import queries as hotel
from portal.people.models import Person
from portal.programme.statements import emails, queries, words
from portal.programme.statements.models import (
    AccountStatement,
    StatementBatch,
    StatementPaper,
    StatementStop,
)
from portal.programme.statements.rules import Facts

LONG = Limits(html_characters=20_000_000, memory_mib=2048, processor_s=300, wall_s=900)
"""What the worker may use for a long one."""


def make_statement(*, account_id: int, month: date, at: datetime) -> AccountStatement:
    """Freeze the statement of a closed month; one that was made is returned as it is."""
    made = queries.statement_of(account_id, month)
    if made is not None:
        return made
    facts = queries.facts_now(account_id, month)
    row = {
        "public_id": uuid.uuid4(),
        "account_id": account_id,
        "month": month,
        "made_at": at,
        "facts": facts.to_json(),
    }
    # Two may make it at once: one of them is kept, and both read that.
    db.session.execute(_insert(AccountStatement).on_conflict_do_nothing(), [row])
    made = queries.statement_of(account_id, month)
    if made is None:
        raise LookupError(account_id)
    return made


def make_statements(
    *,
    told: Mapping[int, tuple[Account, Sequence[Person]]],
    account_ids: Sequence[int],
    month: date,
    is_news: bool,
    at: datetime,
) -> int:
    """Make the statements of some accounts; where they are news, those who run the accounts are told once."""
    zone = hotel.house_zone()
    for account_id in account_ids:
        made = make_statement(account_id=account_id, month=month, at=at)
        account, people = told[account_id]
        for person in people if is_news else ():
            facts = Facts.from_json(made.facts)
            emails.statement_is_there(account=account, month=month, facts=facts, to=person, zone=zone, at=at)
    return len(account_ids)


def begin_batch(*, month: date, accounts: int, at: datetime) -> None:
    """Note of how many accounts there will be a statement; of a closed month that stays so."""
    row = {"month": month, "accounts": accounts, "begun_at": at}
    db.session.execute(_insert(StatementBatch).on_conflict_do_nothing(), [row])


def stop_batches(*, months: Iterable[date], at: datetime) -> None:
    """Let the statements of these months wait until somebody asks for them."""
    rows = [{"month": month, "stopped_at": at} for month in months]
    if rows:
        db.session.execute(_insert(StatementStop).on_conflict_do_nothing(), rows)


def keep_paper(*, statement_id: int, locale: str, content: bytes, at: datetime) -> None:
    """Keep what was printed; what was printed before stays."""
    row = {"statement_id": statement_id, "locale": locale, "content": content, "printed_at": at}
    db.session.execute(_insert(StatementPaper).on_conflict_do_nothing(), [row])


def print_statement(
    *, account: Account, month: date, facts: Facts, locale: str, limits: Limits = DEFAULT_LIMITS
) -> bytes:
    """The statement as PDF; the same facts give the same bytes, whatever the company is called meanwhile."""
    zone = hotel.house_zone()
    found = queries.every_move(account.id, facts, zone=zone)
    with force_locale(locale):
        values: dict[str, Any] = {
            "company": facts.company or account.name,
            "month": month,
            "facts": facts,
            "words": words,
            "rows": words.movement_rows(found),
        }
        return rendering.pdf("documents/programme/statement.html", values, locale, limits=limits)


def _insert(model: type[Any]) -> Any:
    return postgresql.insert(model) if is_postgresql() else sqlite.insert(model)

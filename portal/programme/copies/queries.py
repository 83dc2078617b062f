"""Reading the whole ledger for a copy. Call it inside `database.snapshot()`."""

from collections.abc import Iterator
from datetime import datetime

from portal.programme.books import queries as books
from portal.programme.copies import rules
from portal.programme.copies.rules import Chain
from portal.programme.ledger import queries as ledger
from portal.programme.seals import queries as seals


def lines(*, at: datetime) -> Iterator[str]:
    """A copy of the ledger as it stands, line by line."""
    return rules.lines(seals=seals.all_seals(), chains=_chains(), at=at)


def _chains() -> Iterator[Chain]:
    for account_id, public_id, _ in books.accounts_with_books():
        yield Chain(public_id, books.head_of(account_id), ledger.chain_of(account_id))

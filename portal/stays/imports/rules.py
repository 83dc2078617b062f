"""What may be done with an import, and which account an unknown company may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from anyascii import anyascii
from rapidfuzz import fuzz, process

from portal.stays.canonical.rules import ADAPTER as CANONICAL
from portal.stays.demand.rules import ADAPTER as DEMAND
from portal.stays.files.rules import FileRefused
from portal.stays.models import Import, ImportState, Outcome
from portal.stays.rules import Adapter
from portal.web.folding import fold

ADAPTERS: Mapping[str, Adapter] = {adapter.name: adapter for adapter in (DEMAND, CANONICAL)}

READ_JOB, ACCEPT_JOB, TIDY_JOB = "stays.read_import", "stays.accept_import", "stays.tidy_uploads"
INLINE_ROWS = 2_000
"""Files below this many rows are read while the visitor waits; larger ones by the worker."""
CANDIDATES = 5
CANDIDATE_SCORE = 60


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


class AsOfAhead(ImportRefusal):
    """The programme cannot be played up to a day that has not come yet."""


class CountsDisagree(ImportRefusal):
    """Not every row that was read has an outcome; nobody may build on such a file."""


def ensure_every_row_counted(counts: Mapping[str, Any]) -> None:
    """Refuse counts in which read is not accepted + held + rejected + out of scope."""
    if counts["read"] != sum(counts[outcome.value] for outcome in Outcome):
        raise CountsDisagree


def ensure_day_has_come(as_of: date, *, today: date) -> None:
    """Refuse an as-of date after today: what expires until then would be gone for good."""
    if as_of > today:
        raise AsOfAhead


def ensure_acceptable(offered: Import) -> None:
    """Refuse to accept what is not a preview."""
    if offered.state == ImportState.ACCEPTED:
        raise AlreadyAccepted
    if offered.state == ImportState.DISCARDED:
        raise AlreadyDiscarded
    if offered.state != ImportState.PREVIEWED:
        raise NotPreviewed


def ensure_discardable(offered: Import) -> None:
    """Refuse to drop what has become stays, or what was dropped before."""
    if offered.state == ImportState.ACCEPTED:
        raise AlreadyAccepted
    if offered.state == ImportState.DISCARDED:
        raise AlreadyDiscarded


def ensure_settleable(offered: Import) -> None:
    """Refuse to decide on held rows of an import that has none any more."""
    if offered.state == ImportState.DISCARDED:
        raise AlreadyDiscarded
    if offered.state not in {ImportState.PREVIEWED, ImportState.ACCEPTED}:
        raise NotPreviewed


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


def candidates(name: str, tax_number: str, accounts: Sequence[AccountNamed]) -> list[Candidate]:
    """The accounts that a company may be: an equal tax number first, then the most alike names."""
    same = [
        Candidate(account.id, 100, by_tax_number=True)
        for account in accounts
        if tax_number and _digits(account.tax_number or "") == _digits(tax_number)
    ]
    # An account's key holds its name in several alphabets; in Latin letters every name can be met.
    latin = fold(anyascii(name))
    if not latin:
        return same[:CANDIDATES]
    alike = process.extract(
        latin,
        [account.search_key for account in accounts],
        scorer=fuzz.WRatio,
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


@dataclass(frozen=True, slots=True)
class AcceptedImport:
    """What the rooms above are told, in the transaction that accepts: whose stays are new or changed."""

    import_id: int
    account_ids: frozenset[int]
    at: datetime

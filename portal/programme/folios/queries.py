"""Bills of an account's stays, as they were told: the version that earned, not only the latest."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.database import db, integer_sum
from portal.programme.chain.rules import Bucket, Entry
from portal.programme.folios.rules import FolioSum, Footing, footing
from portal.programme.ledger import queries as ledger
from portal.programme.standing.models import PlayedStay
from portal.stays.models import FolioLine, Stay
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Folio:
    """A stay with its bill added up, what the programme made of it, and the entry that gave its points.

    `played` is none while it was not settled, `earned` where it posted no points.
    """

    stay: Stay
    footing: Footing
    played: PlayedStay | None
    earned: Entry | None

    @property
    def points(self) -> int:
        """What its entry gave."""
        postings = self.earned.postings if self.earned is not None else ()
        return sum(-posting.points for posting in postings if posting.bucket is Bucket.ISSUED)

    @property
    def bases(self) -> list[Any]:
        """What its entry was derived from."""
        derivation: Any = self.earned.derivation if self.earned is not None else None
        return list(derivation["inputs"]["bases"]) if derivation is not None else []


def folio(account_id: int, key: str, version: int) -> Folio | None:
    """The bill of one version of a stay; another account's is not found."""
    stay = db.session.scalar(
        select(Stay)
        .options(joinedload(Stay.property))
        .where(Stay.account_id == account_id, Stay.natural_key == key, Stay.version == version)
    )
    if stay is None:
        return None
    played = db.session.scalar(select(PlayedStay).where(PlayedStay.stay_id == stay.id))
    earned = ledger.entry_by_key(account_id, played.key) if played is not None else None
    return Folio(stay, footing(_sums(stay.id)), played, earned)


def lines(stay_id: int, after: str | None = None, limit: int = PAGE_SIZE) -> Page[FolioLine]:
    """The lines of a bill, as they were told."""
    statement = select(FolioLine).where(FolioLine.stay_id == stay_id)
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(FolioLine.id > key[0])
    found = list(db.session.scalars(statement.order_by(FolioLine.id).limit(limit + 1)))
    shown = found[:limit]
    return Page(shown, encode_key(shown[-1].id) if len(found) > limit else None)


def _sums(stay_id: int) -> list[FolioSum]:
    statement = (
        select(
            FolioLine.category,
            FolioLine.folio_no,
            FolioLine.is_third_party,
            integer_sum(FolioLine.net_cents),
        )
        .where(FolioLine.stay_id == stay_id)
        .group_by(FolioLine.category, FolioLine.folio_no, FolioLine.is_third_party)
    )
    return [FolioSum(*row) for row in db.session.execute(statement)]

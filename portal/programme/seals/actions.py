"""Sealing the heads of all chains."""

from datetime import datetime

from sqlalchemy import insert

from portal.database import db
from portal.programme.seals import queries, rules
from portal.programme.seals.models import LedgerSeal, SealedHead
from portal.programme.seals.rules import Seal


def seal_heads(*, at: datetime) -> Seal | None:
    """Seal every chain that has grown since it was last sealed; none when nothing has.

    Two at once would make a seal of the same number; the database refuses the second.
    """
    heads = queries.moved_heads()
    if not heads:
        return None
    seal = rules.seal_heads(heads=heads.values(), at=at, before=queries.last_seal())
    db.session.execute(
        insert(LedgerSeal),
        [{"number": seal.number, "at": seal.at, "prev_hash": seal.prev_hash, "hash": seal.hash}],
    )
    db.session.execute(
        insert(SealedHead),
        [
            {"seal_number": seal.number, "account_id": account_id, "seq": head.seq, "head": head.hash}
            for account_id, head in heads.items()
        ],
    )
    return seal

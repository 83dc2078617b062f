"""Reads behind the figures of a statement: the lots of an account as they were after one of its entries."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, case, or_, select

from portal.database import db, integer_sum
from portal.programme.breakdowns.rules import Figure, LotThen
from portal.programme.chain.rules import Bucket
from portal.programme.ledger.models import LedgerPosting, LotRecord
from portal.programme.lives import queries as lives
from portal.programme.statements.rules import OWN
from portal.web.paging import Page, decode_key, encode_key

PAGE_SIZE = 30


def lots(account_id: int, figure: Figure, after: str | None = None, limit: int = PAGE_SIZE) -> Page[LotThen]:
    """The lots that a figure is made of, in the order in which they were earned."""
    revived = _revived(account_id, figure.upto_seq)
    states = [_in_state(state) for state in OWN]
    wanted = integer_sum(LedgerPosting.points) if figure.state is None else _in_state(figure.state)
    statement = (
        select(LotRecord.number, LotRecord.earned_on, LotRecord.expires_on, *states)
        .join(
            LedgerPosting,
            and_(LedgerPosting.account_id == LotRecord.account_id, LedgerPosting.lot == LotRecord.number),
        )
        .where(*_made_by(account_id, figure, revived))
        .group_by(LotRecord.number, LotRecord.earned_on, LotRecord.expires_on)
        .having(wanted > 0)
        .order_by(LotRecord.number)
        .limit(limit + 1)
    )
    if (key := decode_key(after, int)) is not None:
        statement = statement.where(LotRecord.number > key[0])
    rows = [
        LotThen(number, earned_on, revived.get(number, expires_on), *points)
        for number, earned_on, expires_on, *points in db.session.execute(statement)
    ]
    shown = rows[:limit]
    return Page(shown, encode_key(shown[-1].number) if len(rows) > limit else None)


def added_up(account_id: int, figure: Figure) -> int:
    """What all the lots of a figure come to, from the postings alone."""
    statement = (
        select(integer_sum(LedgerPosting.points))
        .join(
            LotRecord,
            and_(LedgerPosting.account_id == LotRecord.account_id, LedgerPosting.lot == LotRecord.number),
        )
        .where(*_made_by(account_id, figure, _revived(account_id, figure.upto_seq)))
    )
    if figure.state is not None:
        statement = statement.where(LedgerPosting.bucket == figure.state.value)
    return int(db.session.scalar(statement) or 0)


def _in_state(state: Bucket) -> ColumnElement[int]:
    return integer_sum(case((LedgerPosting.bucket == state.value, LedgerPosting.points), else_=0))


def _made_by(account_id: int, figure: Figure, revived: Mapping[int, date]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        LedgerPosting.account_id == account_id,
        LedgerPosting.seq <= figure.upto_seq,
        LedgerPosting.bucket.in_([state.value for state in OWN]),
    ]
    if figure.expires_on is not None:
        died_then = [number for number, day in revived.items() if day == figure.expires_on]
        never_revived = and_(
            LotRecord.expires_on == figure.expires_on, LotRecord.number.not_in(list(revived))
        )
        conditions.append(or_(never_revived, LotRecord.number.in_(died_then)))
    return conditions


def _revived(account_id: int, upto_seq: int) -> dict[int, date]:
    moved = lives.moved_last_days({account_id: upto_seq})
    return {number: last_day for (_, number), last_day in moved.items()}

"""What playing needs: where accounts stand, and what has come in that was not played yet."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Account
from portal.clock import local_date
from portal.database import db, integer_sum
from portal.hotel import queries as hotel
from portal.programme.intake.rules import Bases, StayCheckedOut, netted
from portal.programme.ledger.rules import AccountLedger
from portal.programme.rules import FROM_HISTORY, Rules
from portal.programme.standing import queries as standing
from portal.programme.standing.models import AccountStanding, PerkSpend, PlayedStay
from portal.programme.state.rules import AccountState
from portal.stays.models import FolioLine, Import, Stay, StayStatus


@dataclass(frozen=True, slots=True)
class ToldStay:
    """A stay that was checked out and paid, and the row that says so."""

    stay_id: int
    event: StayCheckedOut


@dataclass(frozen=True, slots=True)
class StruckStay:
    """A stay that was played and has been told differently since."""

    played_id: int
    played_key: str
    reference: str


def states(ledgers: Mapping[int, AccountLedger], versions: Collection[Rules]) -> dict[int, AccountState]:
    """Where these accounts stand, with the facts that a window may still hold."""
    first_tier = min(versions, key=lambda rules: rules.version).tiers[0].code
    found = {
        account_id: AccountState(account=ledger.account, tier=first_tier, ledger=ledger)
        for account_id, ledger in ledgers.items()
    }
    for row in db.session.connection().execute(_standings(ledgers)):
        state = found[row.account_id]
        state.tier, state.tier_since = row.tier, row.tier_since
        state.grace_until, state.played_through = row.grace_until, row.played_through
    for account_id, joined_on in _joined(ledgers, versions).items():
        found[account_id].joined_on = joined_on
    days = [state.played_through for state in found.values() if state.played_through is not None]
    if days:
        facts = standing.facts_of(found, since=standing.window_start(versions, min(days)))
        for account_id, state in found.items():
            state.stays, state.spends = facts[account_id].stays, facts[account_id].spends
    return found


def told_stays(account_ids: Collection[int], *, until: date) -> dict[int, list[ToldStay]]:
    """Stays of these accounts that were settled by a day and have not been played, by account."""
    statement = (
        _current_stays()
        .outerjoin(PlayedStay, PlayedStay.stay_id == Stay.id)
        .where(Stay.account_id.in_(account_ids), Stay.settled_on <= until, PlayedStay.id.is_(None))
    )
    return _told(db.session.execute(statement).all())


def history(account_id: int, *, until: date) -> list[StayCheckedOut]:
    """Every stay of an account that was settled by a day, as now told, played or not."""
    statement = _current_stays().where(Stay.account_id == account_id, Stay.settled_on <= until)
    return [told.event for told in _told(db.session.execute(statement).all()).get(account_id, [])]


def struck_stays(account_ids: Collection[int]) -> dict[int, list[StruckStay]]:
    """What these accounts were given for stays that have been told differently since, by account."""
    statement = (
        select(PlayedStay.id, PlayedStay.account_id, PlayedStay.key, Stay.natural_key)
        .join(Stay, Stay.id == PlayedStay.stay_id)
        .where(
            PlayedStay.account_id.in_(account_ids),
            PlayedStay.reversed_on.is_(None),
            Stay.superseded_at.is_not(None),
        )
        .order_by(PlayedStay.account_id, PlayedStay.id)
    )
    return {
        account_id: [StruckStay(row.id, row.key, stay_reference(row.natural_key)) for row in rows]
        for account_id, rows in groupby(db.session.execute(statement), key=lambda row: row.account_id)
    }


def import_facts(import_id: int) -> tuple[UUID, date]:
    """The public id of an import, and the day up to which its stays are played."""
    row = db.session.execute(select(Import.public_id, Import.as_of).where(Import.id == import_id)).one()
    return row.public_id, row.as_of


def accounts_of_import(import_id: int) -> set[int]:
    """Whose stays an import told of, and whose it took away by telling that they were another's."""
    earlier = aliased(Stay)
    theirs = select(Stay.account_id).where(Stay.import_id == import_id, Stay.account_id.is_not(None))
    before = (
        select(PlayedStay.account_id)
        .join(earlier, earlier.id == PlayedStay.stay_id)
        .join(Stay, and_(Stay.natural_key == earlier.natural_key, Stay.version > earlier.version))
        .where(Stay.import_id == import_id, PlayedStay.reversed_on.is_(None))
    )
    return {account_id for account_id in db.session.scalars(theirs.union(before)) if account_id is not None}


def accounts_behind(*, day: date, after_id: int, limit: int) -> list[int]:
    """Accounts that were not played, or not told their news, up to a day; in the order of their ids."""
    played, told = AccountStanding.played_through, AccountStanding.told_through
    statement = (
        select(AccountStanding.account_id)
        .where(
            or_(played.is_(None), played < day, told.is_(None), told < day),
            AccountStanding.account_id > after_id,
        )
        .order_by(AccountStanding.account_id)
        .limit(limit)
    )
    return list(db.session.scalars(statement))


def perk_spend(key: str) -> PerkSpend | None:
    """The spend that an order was counted with, as it is now."""
    return db.session.scalar(
        select(PerkSpend).where(PerkSpend.key == key).execution_options(populate_existing=True)
    )


def stay_reference(natural_key: str) -> str:
    """How the ledger speaks of a stay, whatever its version: by its opaque key."""
    return f"stay:{natural_key}"


def _standings(ledgers: Mapping[int, AccountLedger]) -> Any:
    return select(
        AccountStanding.account_id,
        AccountStanding.tier,
        AccountStanding.tier_since,
        AccountStanding.grace_until,
        AccountStanding.played_through,
    ).where(AccountStanding.account_id.in_(ledgers))


def _joined(account_ids: Collection[int], versions: Collection[Rules]) -> dict[int, date]:
    """When companies took their accounts over; asked for only where some version makes a difference of it."""
    if all(rules.earning_starts == FROM_HISTORY for rules in versions):
        return {}
    statement = select(Account.id, Account.claimed_at).where(
        Account.id.in_(account_ids), Account.claimed_at.is_not(None)
    )
    zone = hotel.house_zone()
    return {row.id: local_date(row.claimed_at, zone) for row in db.session.execute(statement)}


def _current_stays() -> Any:
    return select(
        Stay.id,
        Stay.account_id,
        Stay.natural_key,
        Stay.version,
        Stay.arrival,
        Stay.nights,
        Stay.checked_out_on,
        Stay.settled_on,
    ).where(Stay.superseded_at.is_(None), Stay.status == StayStatus.CHECKED_OUT.value)


def _told(rows: Collection[Any]) -> dict[int, list[ToldStay]]:
    bases = _bases([row.id for row in rows])
    told: dict[int, list[ToldStay]] = {}
    for row in rows:
        event = StayCheckedOut(
            key=f"stay:{row.natural_key}:{row.version}",
            reference=stay_reference(row.natural_key),
            arrival=row.arrival,
            nights=row.nights,
            checkout=row.checked_out_on,
            paid=row.settled_on,
            bases=bases.get(row.id, ()),
        )
        told.setdefault(row.account_id, []).append(ToldStay(row.id, event))
    return told


def _bases(stay_ids: list[int]) -> dict[int, Bases]:
    """Net eligible cents by folio and category: points are floored once for each."""
    sums: dict[int, list[tuple[str, str, int]]] = {}
    for some in _parts(stay_ids):
        statement = (
            select(
                FolioLine.stay_id, FolioLine.category, FolioLine.folio_no, integer_sum(FolioLine.net_cents)
            )
            .where(FolioLine.stay_id.in_(some), FolioLine.is_third_party.is_(False))
            .group_by(FolioLine.stay_id, FolioLine.category, FolioLine.folio_no)
        )
        for stay_id, category, folio_no, net_cents in db.session.execute(statement):
            sums.setdefault(stay_id, []).append((category, folio_no, net_cents))
    return {stay_id: netted(lines) for stay_id, lines in sums.items()}


def _parts(ids: list[int], size: int = 5000) -> Iterable[list[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))

"""Playing: what hotel systems and bookings tell becomes points and tiers, live as in history.

Accounts are locked in the order of their ids, played by the rules in memory, and written many at
a time. What was played before is not played again, so everything here may be asked for twice.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, update

from portal.audit import actions as audit
from portal.bulk import collector_at_rest, plain_rows, upsert_many
from portal.database import db
from portal.derivation import Derived
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.intake.rules import Incoming, PerkFulfilled, TakenBack
from portal.programme.ledger import actions as ledger
from portal.programme.ledger import queries as ledger_queries
from portal.programme.ledger.actions import Moved
from portal.programme.ledger.rules import KeyTaken, UnknownAccrual
from portal.programme.rules import Rules, in_force
from portal.programme.standing.models import AccountStanding, PerkSpend, PlayedStay, ReviewRecord, TierChange
from portal.programme.standing.rules import Count, Standing, count, standing_of
from portal.programme.state.rules import AccountState
from portal.programme.timeline import queries, rules
from portal.programme.timeline.queries import StruckStay, ToldStay
from portal.programme.timeline.rules import Played

ACCOUNTS_AT_ONCE = 100
SET_ONCE = frozenset({"told_through", "told_tier"})


@dataclass(slots=True)
class Run:
    """What playing some accounts did."""

    accounts: int = 0
    entries: int = 0
    tier_changes: int = 0
    late: int = 0
    """How many stays came after their day had been played."""
    reversals: int = 0

    def add(self, played: Played) -> None:
        self.accounts += 1
        self.entries += len(played.entries)
        self.tier_changes += len(played.tier_changes)
        self.late += sum(not key.startswith("reversal:") for key in played.late)
        self.reversals += sum(entry.kind == "reversal" for entry in played.entries)

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class _Stage:
    """Some accounts, locked and loaded, and the rules by which they are played."""

    states: dict[int, AccountState]
    versions: Sequence[Rules]
    zone: ZoneInfo
    standstill: date | None
    played: dict[int, Played] = field(default_factory=dict)

    def until(self, account_id: int, day: date) -> date:
        """How far to play an account: never back behind where it stands."""
        return max(day, self.states[account_id].played_through or day)

    def counted_on(self, account_id: int, day: date) -> date:
        """The last day of the window: where the calendar of a demo stands still, the standing does too."""
        return min(self.until(account_id, day), self.standstill or date.max)

    def play(self, account_id: int, events: Iterable[Incoming], day: date) -> Played:
        self.played[account_id] = rules.play(
            state=self.states[account_id],
            events=events,
            until=self.until(account_id, day),
            versions=self.versions,
            zone=self.zone,
            standstill=self.standstill,
        )
        return self.played[account_id]


def play_import(*, import_id: int, account_ids: Collection[int], at: datetime) -> Run:
    """Play what an accepted import told, for every account it told of or took a stay from."""
    public_id, as_of = queries.import_facts(import_id)
    affected = sorted(set(account_ids) | queries.accounts_of_import(import_id))
    run = Run()
    for start in range(0, len(affected), ACCOUNTS_AT_ONCE):
        some = affected[start : start + ACCOUNTS_AT_ONCE]
        for played in play_accounts(account_ids=some, until=as_of, at=at).values():
            run.add(played)
    audit.record(
        action="programme.played",
        subject_kind="import",
        subject_id=public_id,
        details={**run.to_json(), "until": as_of.isoformat()},
        by=None,
        at=at,
    )
    return run


def play_accounts(*, account_ids: Collection[int], until: date, at: datetime) -> dict[int, Played]:
    """Play these accounts through a day: what has come in, and what fell due.

    An account that was played further already is played to where it stands.
    """
    with collector_at_rest():
        return _play_accounts(account_ids, until, at)


def _play_accounts(account_ids: Collection[int], until: date, at: datetime) -> dict[int, Played]:
    stage = _set_stage(account_ids, due=until)
    furthest = max((stage.until(account_id, until) for account_id in stage.states), default=until)
    told = queries.told_stays(account_ids, until=furthest)
    struck = queries.struck_stays(account_ids)
    # Most nights bring nothing but what falls due, and few of an account's lots do.
    ledger_queries.load_wholly({each: stage.states[each].ledger for each in told.keys() | struck.keys()})
    _know(stage, {account_id: [stay.played_key for stay in stays] for account_id, stays in struck.items()})
    records: list[dict[str, Any]] = []
    for account_id, state in stage.states.items():
        day = stage.until(account_id, until)
        stays = [stay for stay in told.get(account_id, ()) if stay.event.day <= day]
        gone = struck.get(account_id, ())
        events: list[Incoming] = [_told_at(stay, state.played_through, at) for stay in stays]
        # On the first day not played: before what is told anew, so that no day counts a stay twice.
        struck_on = min(state.played_through + timedelta(days=1), day) if state.played_through else day
        events += [TakenBack(stay.played_key, stay.reference, struck_on, at) for stay in gone]
        played = stage.play(account_id, events, until)
        records += _stay_rows(account_id, stays, played, at)
        _mark_reversed(gone, struck_on)
    _write(stage, until, at)
    ledger.insert_rows(model=PlayedStay, rows=records)
    return stage.played


def fulfil_perk(
    *,
    account_id: int,
    key: str,
    reference: str,
    fulfilled: date,
    paid: date,
    bases: Sequence[tuple[str, int]],
    is_event: bool,
    at: datetime,
    by: int | None = None,
) -> Played:
    """Count an order that was fulfilled and paid, and give its points by the tier of the moment.

    `bases` are net eligible EUR cents by category. Asked for twice it counts once.
    """
    event = PerkFulfilled(key, reference, fulfilled, paid, tuple(bases), is_event, at)
    stage = _set_stage([account_id])
    known = queries.perk_spend(key)
    if known is not None and known.account_id != account_id:
        raise KeyTaken
    _know(stage, {account_id: [key]})
    played = stage.play(account_id, [event] if known is None else [], event.day)
    _write(stage, event.day, at)
    if known is None:
        spend = PerkSpend(account_id=account_id, key=key, reference=reference, is_event=is_event)
        spend.day, spend.settled_on, spend.recorded_at = fulfilled, event.day, at
        spend.bases = [list(base) for base in bases]
        spend.base_cents = sum(max(cents, 0) for _, cents in bases)
        db.session.add(spend)
        db.session.flush()
        _audit(played=played, action="points.perk_fulfilled", reference=reference, by=by, at=at)
    return played


def reverse_fulfilment(
    *, account_id: int, key: str, reverses: str, day: date, at: datetime, by: int | None = None
) -> Played:
    """Take back what an order was given: its fulfilment was undone. `reverses` is its key.

    An order is taken back once, whatever the key of the request.
    """
    stage = _set_stage([account_id])
    spend = queries.perk_spend(reverses)
    if spend is None or spend.account_id != account_id:
        raise UnknownAccrual(accrual=reverses)
    _know(stage, {account_id: [reverses]})
    stands = spend.reversed_on is None
    event = TakenBack(reverses, spend.reference, stage.until(account_id, day), at)
    played = stage.play(account_id, [event] if stands else [], day)
    _write(stage, day, at)
    if stands:
        spend.reversed_on = day
        db.session.flush()
        _audit(played=played, action="points.perk_reversed", reference=key, by=by, at=at)
    return played


def _set_stage(account_ids: Collection[int], due: date | None = None) -> _Stage:
    versions = programme.all_rules()
    ledgers = ledger.lock_ledgers(account_ids, due=due)
    return _Stage(
        states=queries.states(ledgers, versions),
        versions=versions,
        zone=ZoneInfo(hotel.house_zone()),
        standstill=hotel.demo_as_of(),
    )


def _know(stage: _Stage, keys: Mapping[int, Sequence[str]]) -> None:
    """Load what the ledgers know of these keys: that they were posted, and the lots they made."""
    every = [key for some in keys.values() for key in some]
    for key, (owner, lot) in ledger_queries.posted(every).items():
        if owner not in keys:
            raise KeyTaken
        books = stage.states[owner].ledger
        books.done.add(key)
        if lot is not None:
            books.lots.setdefault(lot.id, lot)


def _told_at(stay: ToldStay, through: date | None, at: datetime) -> Incoming:
    # History is dated by its own days; what comes late, by the moment it came.
    is_late = through is not None and stay.event.day <= through
    return replace(stay.event, at=at) if is_late else stay.event


def _write(stage: _Stage, day: date, at: datetime) -> None:
    ledger.write_moves(
        Moved(account_id, played.state.ledger, played.entries) for account_id, played in stage.played.items()
    )
    changes = [row for pair in stage.played.items() for row in _change_rows(*pair, at)]
    ledger.insert_rows(model=TierChange, rows=changes)
    lowest = {version.tiers[0].code for version in stage.versions}
    verdicts = [row for pair in stage.played.items() for row in _review_rows(*pair, at)]
    # Whoever has nothing to lose is reviewed as well, but there is nothing to tell of it.
    told = [row for row in verdicts if row["outcome"] != "kept" or row["tier"] not in lowest]
    ledger.insert_rows(model=ReviewRecord, rows=told)
    _put_standings([_standing_row(stage, account_id, day) for account_id in stage.played])


def _standing_row(stage: _Stage, account_id: int, day: date) -> dict[str, Any]:
    state = stage.states[account_id]
    row = {name: getattr(state, name) for name in ("tier", "tier_since", "grace_until", "played_through")}
    # History is told to nobody: what is news begins after the day of the first playing.
    row |= {"told_through": state.played_through, "told_tier": state.tier}
    row |= {"account_id": account_id, "derivation": None, "night_cents": 0}
    if state.played_through is not None:
        counted, why = _counted(stage, account_id, stage.counted_on(account_id, day))
        row["night_cents"], row["derivation"] = counted.night_cents, why.to_json()
    return row


def _counted(stage: _Stage, account_id: int, as_of: date) -> tuple[Count, Derived[Standing]]:
    latest = stage.played[account_id].latest_count
    state, version = stage.states[account_id], in_force(stage.versions, as_of)
    if latest is not None and (latest.as_of, latest.standing.version) == (as_of, version.version):
        return latest.counted, latest.standing
    counted = count(window_days=version.window_days, stays=state.stays, spends=state.spends, as_of=as_of)
    return counted, standing_of(rules=version, counted=counted, as_of=as_of)


def _put_standings(rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        columns = tuple(rows[0])
        table: Table = AccountStanding.__table__  # type: ignore[assignment]  # a mapped class has a plain table
        upsert_many(table, columns, "account_id", SET_ONCE, plain_rows(table, columns, rows))


def _change_rows(account_id: int, played: Played, at: datetime) -> Iterable[dict[str, Any]]:
    for change in played.tier_changes:
        yield {
            "account_id": account_id,
            "day": change.day,
            "tier_before": change.before,
            "tier_after": change.after,
            "standing": change.standing.to_json(),
            "verdict": change.verdict.to_json(),
            "recorded_at": at,
        }


def _review_rows(account_id: int, played: Played, at: datetime) -> Iterable[dict[str, Any]]:
    for review in played.reviews:
        verdict = review.verdict.value
        yield {
            "account_id": account_id,
            "day": review.day,
            "outcome": verdict.outcome,
            "tier": verdict.tier,
            "grace_until": verdict.grace_until,
            "is_monthly": review.monthly,
            "standing": review.standing.to_json(),
            "verdict": review.verdict.to_json(),
            "recorded_at": at,
        }


def _stay_rows(
    account_id: int, stays: Sequence[ToldStay], played: Played, at: datetime
) -> Iterable[dict[str, Any]]:
    skipped = {skip.key: skip.why for skip in played.skipped}
    for stay in stays:
        event = stay.event
        yield {
            "account_id": account_id,
            "stay_id": stay.stay_id,
            "key": event.key,
            "arrival": event.arrival,
            "checkout": event.checkout,
            "nights": event.nights,
            "base_cents": sum(max(cents, 0) for _, cents in event.bases),
            "skipped": skipped.get(event.key),
            "played_at": at,
        }


def _mark_reversed(stays: Sequence[StruckStay], day: date) -> None:
    if stays:
        ids = [stay.played_id for stay in stays]
        db.session.execute(update(PlayedStay).where(PlayedStay.id.in_(ids)).values(reversed_on=day))


def _audit(*, played: Played, action: str, reference: str, by: int | None, at: datetime) -> None:
    entries = [[entry.kind.value, entry.seq] for entry in played.entries]
    audit.record(
        action=action,
        subject_kind="account",
        subject_id=played.state.account,
        details={"reference": reference, "entries": entries, "tier": played.state.tier},
        by=by,
        at=at,
    )

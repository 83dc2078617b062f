"""Where an account stands between two days of play: all that is stored, and all that is needed to go on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeVar

from portal.derivation import Json
from portal.programme.chain.rules import Bucket
from portal.programme.ledger.rules import AccountLedger, Hold, Lot, open_ledger
from portal.programme.rules import Rules
from portal.programme.standing.rules import SpendFact, StayFact


@dataclass(slots=True)
class AccountState:
    """The tier and its grace, the facts of the window, and the ledger.

    `played_through` is the last day whose activations, expiries and reviews are done; none before
    anything was played.
    """

    account: str
    tier: str
    ledger: AccountLedger
    tier_since: date | None = None
    grace_until: date | None = None
    played_through: date | None = None
    stays: list[StayFact] = field(default_factory=list)
    spends: list[SpendFact] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    """Keys of what was played and posted no points: told again, it is not played again."""
    joined_on: date | None = None
    """The day on which a real company took the account over; none of one that is unclaimed."""

    def to_plain(self) -> dict[str, Json]:
        """Plain values, as a database keeps them."""
        ledger = self.ledger
        return {
            "account": self.account,
            "tier": self.tier,
            "tier_since": _plain(self.tier_since),
            "grace_until": _plain(self.grace_until),
            "played_through": _plain(self.played_through),
            "stays": [_row(fact) for fact in self.stays],
            "spends": [_row(fact) for fact in self.spends],
            "silent": list[Json](sorted(self.silent)),
            "joined_on": _plain(self.joined_on),
            "seq": ledger.seq,
            "head": ledger.head,
            "balances": {bucket.value: points for bucket, points in ledger.balances.items()},
            "lots": [_row(lot) for lot in ledger.lots.values()],
            "holds": [_row(hold) for hold in ledger.holds.values()],
            "done": list[Json](sorted(ledger.done)),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "AccountState":
        """Load a state that was stored."""
        lots = [_dated(Lot, row) for row in plain["lots"]]
        ledger = AccountLedger(
            account=plain["account"],
            seq=plain["seq"],
            head=plain["head"],
            balances={bucket: plain["balances"][bucket.value] for bucket in Bucket},
            lots={lot.id: lot for lot in lots},
            holds={row["key"]: _hold(row) for row in plain["holds"]},
            done=set(plain["done"]),
        )
        return cls(
            account=plain["account"],
            tier=plain["tier"],
            ledger=ledger,
            tier_since=_date(plain["tier_since"]),
            grace_until=_date(plain["grace_until"]),
            played_through=_date(plain["played_through"]),
            stays=[_dated(StayFact, row) for row in plain["stays"]],
            spends=[_dated(SpendFact, row) for row in plain["spends"]],
            silent=set(plain["silent"]),
            joined_on=_date(plain["joined_on"]),
        )


def new_state(*, account: str, rules: Rules) -> AccountState:
    """Begin an account: the lowest tier, no points. `account` is its public id."""
    return AccountState(account=account, tier=rules.tiers[0].code, ledger=open_ledger(account))


D = TypeVar("D")


def _plain(value: Any) -> Json:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    plain: Json = value
    return plain


def _row(record: Any) -> dict[str, Json]:
    return {part.name: _plain(getattr(record, part.name)) for part in fields(record)}


def _dated(kind: type[D], row: Mapping[str, Any]) -> D:
    """Build a record whose days are stored as text."""
    days = {part.name for part in fields(kind) if part.type is date}  # type: ignore[arg-type]
    return kind(**{name: date.fromisoformat(value) if name in days else value for name, value in row.items()})


def _hold(row: Mapping[str, Any]) -> Hold:
    until = datetime.fromisoformat(row["until"]) if row["until"] else None
    allocation = tuple((lot, points) for lot, points in row["allocation"])
    return Hold(row["key"], row["reference"], allocation, until)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None

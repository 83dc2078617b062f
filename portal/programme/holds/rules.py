"""What would come back of a hold, before it is given back."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime

from portal.programme.chain.rules import Bucket, Entry
from portal.programme.ledger.rules import AccountLedger, release
from portal.programme.rules import Rules


@dataclass(frozen=True, slots=True)
class Returned:
    """Points that would be free again, and until when; `is_revived` where their lot had died meanwhile."""

    points: int
    expires_on: date
    is_revived: bool


@dataclass(frozen=True, slots=True)
class ComingBack:
    """What a hold would give back: soonest to expire first, and what a debt would swallow."""

    returned: tuple[Returned, ...] = ()
    set_off: int = 0


def coming_back(ledger: AccountLedger, *, rules: Rules, hold: str, at: datetime, day: date) -> ComingBack:
    """What releasing a hold would do. The ledger stays as it is: a copy of it is played."""
    if hold not in ledger.holds:
        return ComingBack()
    played = deepcopy(ledger)
    entry = release(played, rules=rules, key=f"{hold}:preview", hold=hold, at=at, day=day)
    postings = entry.postings if isinstance(entry, Entry) else ()
    free = [(posting.lot, posting.points) for posting in postings if posting.bucket is Bucket.ACTIVE]
    returned = [
        Returned(points, played.lot(lot).expires_on, ledger.lot(lot).expires_on < day)
        for lot, points in free
        if lot is not None and points
    ]
    set_off = sum(posting.points for posting in postings if posting.bucket is Bucket.OWED)
    return ComingBack(tuple(sorted(returned, key=lambda each: each.expires_on)), set_off)

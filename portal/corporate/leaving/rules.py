"""What must be said before somebody leaves."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.corporate.bookings.models import Booking
from portal.corporate.passes.models import GuestPass
from portal.corporate.registrations.models import Registration
from portal.programme.rules import Refusal


class SaidNothing(Refusal):
    """Something is still to come, and neither somebody to take it over nor a reason was named."""


class CannotTakeOver(Refusal):
    """Whoever was named does not book for the company, or is the one who leaves."""


@dataclass(frozen=True, slots=True)
class StillToCome:
    """What somebody looks after: bookings, passes they gave, parties they registered."""

    bookings: list[Booking]
    passes: list[GuestPass]
    registrations: list[Registration]

    @property
    def count(self) -> int:
        return len(self.bookings) + len(self.passes) + len(self.registrations)


def check_said(found: StillToCome, *, successor_id: int | None, reason: str) -> None:
    """Whatever is to come has somebody, or a reason why not. Raises `SaidNothing`."""
    if found.count and successor_id is None and not reason:
        raise SaidNothing


def check_successor(successor_id: int | None, *, able: Collection[int], person_id: int) -> None:
    """Only whoever books for the company can look after its bookings. Raises `CannotTakeOver`."""
    if successor_id is not None and (successor_id == person_id or successor_id not in able):
        raise CannotTakeOver

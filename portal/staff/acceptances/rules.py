"""Who may take a promised line, and who may give it back."""

from portal.programme.rules import Refusal


class TakenAlready(Refusal):
    """A colleague took it a moment before: `name`."""


class TakenByAnother(Refusal):
    """Only whoever took it, or who leads here, gives it back."""


class NothingToTake(Refusal):
    """It was delivered, cancelled or taken out meanwhile."""


def check_open(*, is_delivered: bool, is_ended: bool) -> None:
    """Only what still waits is taken; raises `NothingToTake`."""
    if is_delivered or is_ended:
        raise NothingToTake


def check_release(*, by_id: int, taken_by_id: int, leads: bool) -> None:
    """One's own, or anybody's for who leads; raises `TakenByAnother`."""
    if by_id != taken_by_id and not leads:
        raise TakenByAnother

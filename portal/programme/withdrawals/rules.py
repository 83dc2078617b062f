"""Which version may still be withdrawn, and by whom."""

from collections.abc import Sequence
from datetime import date

from portal.programme.models import VersionWithdrawal
from portal.programme.rules import Refusal, Rules


class VersionGone(Refusal):
    """There is no such version, or it was withdrawn before."""


class VersionBegun(Refusal):
    """The version is in force somewhere, or was: what was counted under it stays."""


class VersionFollowed(Refusal):
    """A later version was made upon it: that one goes first."""


class WithdrawalWaits(Refusal):
    """Somebody asked for it already, and it waits for another's word."""


class WithdrawalSettled(Refusal):
    """Nothing waits for a word."""


class OwnWithdrawal(Refusal):
    """Whoever asks does not agree."""


class WithdrawalFormTaken(Refusal):
    """The form was sent before with something else in it."""


def check_withdrawable(*, versions: Sequence[Rules], number: int, today: date) -> None:
    """Only the last version goes, and only before the day on which it begins."""
    found = next((version for version in versions if version.version == number), None)
    if found is None:
        raise VersionGone
    if found.effective_from <= today:
        raise VersionBegun(version=number)
    last = max(versions, key=lambda version: version.effective_from)
    if last.version != number:
        raise VersionFollowed(version=last.version)


def is_withdrawable(*, versions: Sequence[Rules], number: int, today: date) -> bool:
    """Whether a version may be withdrawn on a day."""
    try:
        check_withdrawable(versions=versions, number=number, today=today)
    except Refusal:
        return False
    return True


def check_decides(wish: VersionWithdrawal | None, *, agrees: bool, by_id: int) -> VersionWithdrawal:
    """The wish that waits; whoever asked may take it back, and not agree to it."""
    if wish is None:
        raise WithdrawalSettled
    if agrees and wish.by_id == by_id:
        raise OwnWithdrawal
    return wish

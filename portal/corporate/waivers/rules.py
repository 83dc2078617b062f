"""When a broken promise need not be made good: by whom it is decided, and for how long that is undone."""

from datetime import datetime, timedelta

from portal.programme.rules import Refusal

UNDO_WINDOW = timedelta(minutes=10)


class WaiverRefused(Refusal):
    """The compensation cannot be decided that way; the class names why."""


class NothingGiven(WaiverRefused):
    """Nothing was given for this delivery, or it was undone meanwhile."""


class DecidedAlready(WaiverRefused):
    """A colleague decided it a moment before: `reason`."""


class OwnDelivery(WaiverRefused):
    """Whoever delivered it does not decide about it: two people see it."""


class NotYourDecision(WaiverRefused):
    """Somebody else decided it."""


class TooLateToUndo(WaiverRefused):
    """More than ten minutes have passed."""


def check_waiver(*, delivered_by_id: int, by_id: int, waived_reason: str | None, is_given: bool) -> None:
    """A second person decides, once, about what was given; raises by name."""
    if waived_reason is not None:
        raise DecidedAlready(reason=waived_reason)
    if not is_given:
        raise NothingGiven
    if delivered_by_id == by_id:
        raise OwnDelivery


def check_undo(*, waived_by_id: int | None, waived_at: datetime | None, by_id: int, at: datetime) -> None:
    """One's own decision, within ten minutes; raises by name."""
    if waived_at is None:
        raise NothingGiven
    if waived_by_id != by_id:
        raise NotYourDecision
    if at - waived_at > UNDO_WINDOW:
        raise TooLateToUndo

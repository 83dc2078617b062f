"""What of a delivery may still be taken back."""

from datetime import datetime

from portal.programme.rules import Refusal


class DecidedAgainst(Refusal):
    """A second person has decided that nothing is given for it, and the client has read why."""


def check_undecided(*, waived_at: datetime | None) -> None:
    """What was decided about is no longer undone: noted anew, the decision would be gone."""
    if waived_at is not None:
        raise DecidedAgainst

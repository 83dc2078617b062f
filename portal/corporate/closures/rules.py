"""When the house may close a hall, and for how long."""

from datetime import datetime, timedelta

from portal.programme.rules import Refusal

LONGEST = timedelta(days=92)
"""A quarter: what is closed for longer is taken out of the list of halls."""


class ClosureRefused(Refusal):
    """The hall cannot be closed then."""


class HallOfOthers(ClosureRefused):
    """The hall is another hotel's, or there is none."""


class ClosureTurned(ClosureRefused):
    """It would end before it begins, or has ended already."""


class ClosureTooLong(ClosureRefused):
    """It would last longer than may be entered at once: `days`."""


class BookedThen(ClosureRefused):
    """Something is promised there, or it is closed already: `first_at`, `reference`, `number`."""


class OpenedAlready(ClosureRefused):
    """The closure is over, or somebody opened the hall again."""


def check_span(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    if ends_at <= starts_at or ends_at <= at:
        raise ClosureTurned
    if ends_at - starts_at > LONGEST:
        raise ClosureTooLong(days=LONGEST.days)

"""The days of reviews: each day that is the review day of the version in force on that very day.

Whether a day is one depends on nothing that came before it. So a month may be played at once, day by
day, or from a state that was put away: the reviews are the same, and no day has two. Where the review
day changes, two reviews may lie closer together than a month, or further apart.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeAlias

from portal.programme.rules import Rules

ReviewDays: TypeAlias = tuple[tuple[int, int], ...]
"""(ordinal of a version's first day, its day of the month), in the order of coming into force."""


def review_days(versions: Iterable[Rules]) -> ReviewDays:
    """The review days of versions; of two that begin on one day the later number holds."""
    ordered = sorted(versions, key=lambda rules: (rules.effective_from, rules.version))
    return tuple((rules.effective_from.toordinal(), rules.review_day) for rules in ordered)


def next_review(versions: Sequence[Rules], day: date) -> date:
    """The first review after a day."""
    return date.fromordinal(first_review(review_days(versions), day.toordinal()))


# Asked for by every account of a night and of a replay, mostly with the same answer.
@lru_cache(maxsize=4096)
def first_review(days: ReviewDays, after: int) -> int:
    """The first review later than a day; none is held before the first version begins."""
    since = max(after + 1, days[0][0])
    while True:
        review_day = [day for begins, day in days if begins <= since][-1]
        found = _on_or_after(since, review_day)
        begins = [begin for begin, _ in days if since < begin <= found]
        if not begins:
            return found
        since = min(begins)


def _on_or_after(since: int, review_day: int) -> int:
    day = date.fromordinal(since)
    if day.day <= review_day:
        return day.replace(day=review_day).toordinal()
    return (day.replace(day=1) + timedelta(days=31)).replace(day=review_day).toordinal()

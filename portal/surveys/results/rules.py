"""The figures of a survey. Formulas and limits: portal/statistics, each with its source."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from portal.clock import local_midnight
from portal.statistics import cells, intervals
from portal.statistics.cells import Cell
from portal.statistics.intervals import Estimate, Interval
from portal.surveys.answers.queries import Scored

Key = TypeVar("Key")
Span = tuple[datetime, datetime]
"""From an instant up to another, which is no part of it."""

REPORT_JOB = "surveys.report"
YEAR = "year"

LEAST_ACCOUNTS = 5
"""Fewer companies than these give no index by company."""
HALF = 0.5
"""Under this share of answers the silent could change everything."""
QUARTERS = 4
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter, or the last four: fixed spans, so that nobody chooses two that differ by one answer."""

    code: str
    first: date
    until: date
    """The day after the last."""

    @property
    def last(self) -> date:
        return self.until - timedelta(days=1)

    def instants(self, zone: str) -> tuple[datetime, datetime]:
        return local_midnight(self.first, zone), local_midnight(self.until, zone)


@dataclass(frozen=True, slots=True)
class Index:
    """A recommendation index as far as it may be shown: hidden it holds nothing but that."""

    cell: Cell
    answers: int | None = None
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None
    dots: tuple[int, ...] = ()
    """The scores themselves, in order: all there is to show of five to nine."""
    value: float | None = None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """How many were asked in a period, and what came of it."""

    sent: int
    bounced: int
    complete: int
    begun: int
    left_out: Mapping[str, int]

    @property
    def reached(self) -> int:
        return self.sent - self.bounced


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that a page or a report of results says."""

    period: Period
    asked: Asked
    response: Interval | None
    index: Index
    is_protecting: bool
    """Hidden although enough answered: beside what is shown it would tell a few others."""
    worst: Interval | None
    """What the index could be if all who are silent were of one mind; only where most are silent."""
    accounts: Estimate | None
    come_again: Mapping[int, int] | None
    by_hotel: Mapping[int, Index]
    by_tier: Mapping[str, Index]


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown: periods, and hotels and tiers of the last four quarters."""

    periods: frozenset[Hashable]
    hotels: frozenset[Hashable]
    tiers: frozenset[Hashable]


def quarter_of(day: date, *, back: int = 0) -> Period:
    """The calendar quarter of a day, or one of those before it."""
    number = day.year * QUARTERS + (day.month - 1) // MONTHS_A_QUARTER - back
    return Period(f"{number // QUARTERS}-Q{number % QUARTERS + 1}", _first(number), _first(number + 1))


def last_year(day: date) -> Period:
    """The quarter of a day and the three before it."""
    return Period(YEAR, quarter_of(day, back=QUARTERS - 1).first, quarter_of(day).until)


def periods(day: date) -> list[Period]:
    """What can be chosen: the last four quarters together, and each of the last eight."""
    return [last_year(day), *(quarter_of(day, back=back) for back in range(2 * QUARTERS))]


def index_of(scores: Sequence[int]) -> Index:
    """The index of 0–10 scores, as far as their number allows."""
    cell = cells.cell(len(scores))
    if cell is Cell.HIDDEN:
        return Index(cell)
    up, down = intervals.voices(scores)
    between = len(scores) - up - down
    if cell is Cell.DOTS:
        return Index(cell, len(scores), dots=tuple(sorted(scores)))
    return Index(
        cell,
        len(scores),
        up,
        between,
        down,
        value=intervals.index_of(scores),
        interval=intervals.recommendation_interval(promoters=up, detractors=down, answers=len(scores)),
    )


def results(*, period: Period, asked: Asked, scored: Sequence[Scored], spans: Mapping[str, Span]) -> Results:
    """Count what was answered to the letters of a period.

    `scored` are the answers of every period that can be chosen, `spans` say which those are: nothing is
    shown of one that, with what is shown of the others, would tell the answers of a few.
    """
    said = [one for one in scored if one.recommend is not None]
    shown, own = _shown(said, spans), _within(said, spans[period.code])
    is_open, is_year = period.code in shown.periods, period.code == YEAR
    counted = own if is_open else []
    index = index_of([one.recommend for one in counted if one.recommend is not None])
    again = Counter(one.come_again for one in counted if one.come_again is not None)
    return Results(
        period=period,
        asked=asked,
        response=_response(asked),
        index=index,
        is_protecting=not is_open and not _are_few(own),
        worst=_worst(index, asked),
        accounts=_by_account(counted),
        come_again=again if is_open else None,
        by_hotel=_parts(own, lambda one: one.property_id, shown.hotels) if is_year else {},
        by_tier=_parts(own, lambda one: one.tier, shown.tiers) if is_year else {},
    )


def _shown(said: Sequence[Scored], spans: Mapping[str, Span]) -> Shown:
    """What may be shown. Hotels, tiers and the quarters themselves are parts of the last four quarters;
    an older quarter is part of nothing that is shown.
    """
    year = _within(said, spans[YEAR])
    inside = {code: span for code, span in spans.items() if code != YEAR and span[0] >= spans[YEAR][0]}
    alone = {code for code in spans.keys() - inside.keys() if not _are_few(_within(said, spans[code]))}
    quarters, hotels, tiers = cells.open_parts(
        [one.person_id for one in year],
        [
            [next(code for code, span in inside.items() if _is_within(one, span)) for one in year],
            [one.property_id for one in year],
            [one.tier for one in year],
        ],
    )
    return Shown(periods=quarters | alone, hotels=hotels, tiers=tiers)


def _within(said: Sequence[Scored], span: Span) -> list[Scored]:
    return [one for one in said if _is_within(one, span)]


def _is_within(one: Scored, span: Span) -> bool:
    return span[0] <= one.asked_at < span[1]


def _are_few(said: Sequence[Scored]) -> bool:
    """Whether they are the answers of fewer people than may be shown; nobody is few, too."""
    return len({one.person_id for one in said}) < cells.LEAST_SHOWN


def _first(number: int) -> date:
    return date(number // QUARTERS, number % QUARTERS * MONTHS_A_QUARTER + 1, 1)


def _response(asked: Asked) -> Interval | None:
    if not asked.reached:
        return None
    return intervals.wilson(successes=min(asked.complete, asked.reached), trials=asked.reached)


def _worst(index: Index, asked: Asked) -> Interval | None:
    if index.answers is None or index.promoters is None or index.detractors is None:
        return None
    silent = max(asked.reached - asked.complete, 0)
    if not asked.reached or asked.complete / asked.reached >= HALF:
        return None
    everybody = index.answers + silent
    difference = index.promoters - index.detractors
    return Interval(100 * (difference - silent) / everybody, 100 * (difference + silent) / everybody)


def _by_account(said: Sequence[Scored]) -> Estimate | None:
    """Each company one voice: colleagues of one company are not independent of each other."""
    own: dict[int, list[int]] = {}
    for one in said:
        own.setdefault(one.account_id, []).append(one.recommend or 0)
    return intervals.account_index(list(own.values())) if len(own) >= LEAST_ACCOUNTS else None


def _parts(
    said: Sequence[Scored], key: Callable[[Scored], Key], shown: Collection[Hashable]
) -> dict[Key, Index]:
    """The index of each part, hidden where it may not be shown."""
    own: dict[Key, list[int]] = {}
    for one in said:
        own.setdefault(key(one), []).append(one.recommend or 0)
    return {part: index_of(own[part]) if part in shown else Index(Cell.HIDDEN) for part in own}

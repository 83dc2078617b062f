"""Reads of the standards, and the score of some people in as many statements whatever their number."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from portal.clock import local_date, local_midnight
from portal.database import db
from portal.derivation import Derived
from portal.staff.contests import queries as contests
from portal.staff.contributions import queries as contributions
from portal.staff.contributions.models import Contribution
from portal.staff.motivation import rules
from portal.staff.motivation.models import ScoreStandard
from portal.staff.motivation.rules import Promises, Rating, Score, Standards
from portal.web.paging import Page

MONTHS = 6


@dataclass(frozen=True, slots=True)
class Rated:
    """One value that guests gave: how many times, and one of these that may still be contested."""

    value: int
    number: int
    contestable: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Listed:
    """The events behind a score: a page of promises, and ratings where no guest is told by them."""

    page: Page[Contribution]
    ratings: Sequence[Rated]
    """By value; empty before the first have entered."""
    begins: datetime
    """What is older does not count any more."""
    excluded: frozenset[int]
    """Left out, since nobody decided their contest in time."""


@dataclass(frozen=True, slots=True)
class Month:
    """The promises of one month: kept, and all."""

    begins: date
    kept: int
    promises: int


def standards(day: date) -> Standards:
    """The version that counts on a day; version 1 comes with the migrations."""
    statement = (
        select(ScoreStandard)
        .where(ScoreStandard.effective_from <= day)
        .order_by(ScoreStandard.number.desc())
        .limit(1)
    )
    found = db.session.scalars(statement).one()
    return Standards.from_json(found.number, found.rules)


def scores(person_ids: Sequence[int], *, at: datetime) -> dict[int, Derived[Score]]:
    """The score of each person as of an instant; overdue contests are left out of it."""
    held = standards(at.date())
    since = at - timedelta(days=held.horizon_days)
    without = contests.provisionally_excluded(at=at)
    cells: dict[int, dict[str, Promises]] = defaultdict(dict)
    for person_id, cell, kept, promises in contributions.promises_of(
        person_ids, since=since, until=at, without=without
    ):
        cells[person_id][cell] = Promises(int(kept), int(promises))
    ratings: dict[int, list[Rating]] = defaultdict(list)
    for person_id, account_id, value, entered in contributions.ratings_of(
        person_ids, since=since.date(), until=at.date(), without=without
    ):
        ratings[person_id].append(Rating(account_id, (at.date() - entered).days, value))
    return {one: rules.score(cells[one], ratings[one], standards=held) for one in person_ids}


def listed(person_id: int, *, at: datetime, after: str | None, by_id: int) -> Listed:
    """The events behind a person's score, for whoever may contest them."""
    begins = at - timedelta(days=standards(at.date()).horizon_days)
    page = contributions.promises_listed(person_id, after=after)
    return Listed(
        page=page,
        ratings=_rated(contributions.ratings_entered(person_id, since=begins.date()), by_id=by_id),
        begins=begins,
        excluded=contests.excluded_among([one.id for one in page.rows], at=at),
    )


def _rated(entered: Sequence[Any], *, by_id: int) -> list[Rated]:
    contested = contests.contested_by(by_id, [one_id for _value, one_id, _public in entered])
    return [
        Rated(
            value, len(same), next((public for _v, one_id, public in same if one_id not in contested), None)
        )
        for value, same in ((value, list(group)) for value, group in groupby(entered, key=itemgetter(0)))
    ]


def months(person_id: int, *, at: datetime, zone: str, number: int = MONTHS) -> list[Month]:
    """A person's promises of this month and of those before it, the latest first."""
    today = local_date(at, zone)
    begins = [today.replace(day=1)]
    while len(begins) < number:
        begins.append((begins[-1] - timedelta(days=1)).replace(day=1))
    ends = [today + timedelta(days=1), *begins[:-1]]
    spans = [
        (local_midnight(one, zone), local_midnight(end, zone)) for one, end in zip(begins, ends, strict=True)
    ]
    without = contests.provisionally_excluded(at=at)
    counts = contributions.promises_by_span(person_id, spans, without=without)
    return [Month(one, kept, promises) for one, (kept, promises) in zip(begins, counts, strict=True)]

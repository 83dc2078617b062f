"""Keep what was measured of all relationships, note who reached another stage, print a report."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from portal.database import db
from portal.documents import rendering
from portal.documents.charts.kit import ON_PAPER
from portal.insight.relationship import queries, words
from portal.insight.relationship.models import RelationshipProfile, StageEvent
from portal.insight.relationship.queries import Measured, Whole
from portal.insight.relationship.rules import CLIENT, HOTEL, DayHasPassed


def keep_profiles(*, measured: Sequence[Measured], as_of: date, at: datetime) -> int:
    """Keep everybody's figures of a day; says how many reached another stage.

    Derived from the purchases alone: kept twice for a day it changes nothing. `DayHasPassed` if a later day
    was kept already: its stages rest on what came before. Who keeps at the same time waits here.
    """
    queries.lock_profiles()
    kept = queries.latest_day()
    if kept is not None and as_of < kept:
        raise DayHasPassed(day=as_of, kept=kept)
    stored = {one.account_id: one for one in queries.profiles()}
    today = {one.account_id: one for one in _events_on(as_of)}
    moved = 0
    for one in measured:
        account_id = one.profile.account_id
        row = stored.get(account_id) or RelationshipProfile(account_id=account_id)
        for name, value in asdict(one.profile).items():
            setattr(row, name, value)
        row.as_of, row.computed_at = as_of, at
        row.stage, row.state = one.found.stage.value.value, one.found.state
        db.session.add(row)
        moved += _note_stage(one, today.get(account_id), as_of=as_of)
    return moved


def _note_stage(one: Measured, today: StageEvent | None, *, as_of: date) -> bool:
    stage = one.found.stage
    if stage.value == one.before:
        if today is not None:  # noted earlier in the day, of fewer purchases
            db.session.delete(today)
        return today is not None
    is_moved = today is None or today.stage != stage.value
    event = today or StageEvent(account_id=one.profile.account_id, reached_on=as_of)
    event.stage_before = one.before.value if one.before is not None else None
    event.stage, event.derivation = stage.value.value, stage.to_json()
    db.session.add(event)
    return is_moved


def _events_on(day: date) -> list[StageEvent]:
    return list(db.session.scalars(select(StageEvent).where(StageEvent.reached_on == day)))


def print_report(whole: Whole, *, edition: str, locale: str) -> bytes:
    """The report as PDF, in either edition; the same facts give the same bytes.

    The client's edition is handed the client's value object and no other. `DocumentRefused` if it cannot
    be printed.
    """
    told = whole.client if edition == CLIENT else whole.hotel.shared
    with force_locale(locale):
        values: dict[str, Any] = {"words": words, "told": told}
        values.update(words.pictures(told, ink=ON_PAPER))
        if edition != CLIENT:
            values["own"] = whole.hotel
        name = CLIENT if edition == CLIENT else HOTEL
        return rendering.pdf(f"documents/insight/relationship_{name}.html", values, locale)

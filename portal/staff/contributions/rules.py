"""In which cell an event counts."""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

PULL_JOB = "staff.pull"
ROLE = "front_desk"
"""Whoever logs at a desk works there."""
BEGINS = ((22, "night"), (14, "evening"), (6, "day"), (0, "night"))
RATING_STEP = 10
FULL = 100


class Shift(StrEnum):
    """By the hour at the hotel."""

    DAY = "day"
    EVENING = "evening"
    NIGHT = "night"


def shift_of(at: datetime, zone: str) -> Shift:
    """The shift in which something happened: from 6, from 14, from 22 o'clock."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    return Shift(next(name for begins, name in BEGINS if hour >= begins))


def cell_of(*, service_kind: str, at: datetime, zone: str) -> str:
    return f"{ROLE}:{service_kind}:{shift_of(at, zone)}"

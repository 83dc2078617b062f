"""A hall's day in one sentence, for whoever does not see its picture."""

from collections.abc import Callable

from flask_babel import gettext as _

from portal.corporate.diary.rules import Day, Kind
from portal.web.formats import clock_time


def said_of(zone: str) -> Callable[[Day], str]:
    """Says of a day when the hall is taken."""

    def say(day: Day) -> str:
        taken = [each for each in day.stretches if each.kind is not Kind.FREE]
        if not taken:
            return _("Free from 6:00 to midnight")
        spans = [f"{clock_time(each.starts_at, zone)}–{clock_time(each.ends_at, zone)}" for each in taken]
        return _("Taken %(times)s", times=", ".join(spans))

    return say

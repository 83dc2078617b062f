"""Calendar files: an entry that a booker's calendar adds, moves and takes out again.

A calendar knows an entry by its `uid`, and believes the file with the higher `sequence`: the first
file says 0, each change and the cancellation one more. `PUBLISH` shows an entry to whoever opens the
file, `REQUEST` invites by mail those it names, `CANCEL` withdraws it.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Rapport//Rapport//EN"


class Method(StrEnum):
    """What the receiving calendar is asked to do."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class EntryEndsBeforeItBegins(ValueError):
    """The times of an entry are the wrong way round."""


@dataclass(frozen=True, slots=True)
class Party:
    """Who invites, or is invited."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to stand in the calendar. Instants in UTC; `zone` is the property's, shown to the reader."""

    public_id: uuid.UUID
    sequence: int
    begins_at: datetime
    ends_at: datetime
    zone: str
    summary: str
    at: datetime
    """When this state of the entry came about: written into the file instead of the clock's time."""
    location: str = ""
    description: str = ""
    url: str = ""
    organizer: Party | None = None
    attendees: tuple[Party, ...] = ()


def calendar_file(entry: Entry, *, method: Method, host: str, locale: str = "en") -> bytes:
    """The .ics file of one entry; `host` makes its uid unique in the world."""
    if entry.ends_at <= entry.begins_at:
        raise EntryEndsBeforeItBegins(entry.summary)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT.removesuffix("EN") + locale.upper())
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    calendar.add_component(_event(entry, method, host))
    # Of the zone's rules only what concerns the entry: its whole history is four kilobytes.
    year = entry.begins_at.year
    calendar.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    content: bytes = calendar.to_ical()
    return content


def media_type(method: Method) -> str:
    """The media type of an attachment: mail programs offer the buttons by its `method`."""
    return f"text/calendar; method={method.value}; charset=utf-8"


def _event(entry: Entry, method: Method, host: str) -> Event:
    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("uid", f"{entry.public_id}@{host}")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.at)
    event.add("dtstart", entry.begins_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", entry.summary)
    event.add("status", "CANCELLED" if method == Method.CANCEL else "CONFIRMED")
    for name in ("location", "description", "url"):
        if value := getattr(entry, name):
            event.add(name, value)
    if entry.organizer is not None:
        event["organizer"] = _address(entry.organizer)
    for party in entry.attendees:
        attendee = _address(party)
        attendee.params["role"] = vText("REQ-PARTICIPANT")
        attendee.params["rsvp"] = vText("TRUE" if method == Method.REQUEST else "FALSE")
        event.add("attendee", attendee, encode=False)
    return event


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    address.params["cn"] = vText(party.name)
    return address

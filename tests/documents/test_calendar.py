"""Entries for a booker's calendar."""

import dataclasses
import uuid
from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from portal.documents.calendar import (
    Entry,
    EntryEndsBeforeItBegins,
    Method,
    Party,
    calendar_file,
    media_type,
)

ENTRY = Entry(
    public_id=uuid.UUID(int=7),
    sequence=0,
    begins_at=datetime(2026, 10, 25, 9, 0, tzinfo=UTC),
    ends_at=datetime(2026, 10, 25, 11, 0, tzinfo=UTC),
    zone="Europe/Lisbon",
    summary="Переговоры; 12 человек, зал «Библиотека»",
    at=datetime(2026, 6, 15, 9, 0, tzinfo=UTC),
    location="Townhouse",
    description="First line\nSecond line",
    url="http://127.0.0.1:8000/bookings/7",
    organizer=Party("post@circle.example", "Maison; Circle"),
    attendees=(Party("bruno@acme.example", 'Bruno "B" Silva'),),
)


def read(entry=ENTRY, method=Method.PUBLISH):
    content = calendar_file(entry, method=method, host="circle.example")
    calendar = Calendar.from_ical(content)
    return calendar, calendar.walk("VEVENT")[0]


class TestCalendarFile:
    def test_says_what_where_and_when(self):
        _, event = read()

        assert event["summary"] == ENTRY.summary
        assert event["location"] == "Townhouse"
        assert event["description"] == "First line\nSecond line"
        assert event.decoded("dtstart") == ENTRY.begins_at
        assert event.decoded("dtend") == ENTRY.ends_at

    def test_stands_in_the_propertys_zone_with_its_rules(self):
        calendar, event = read()

        assert event["dtstart"].params["TZID"] == "Europe/Lisbon"
        assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Lisbon"]
        assert event["dtstart"].dt.hour == 9  # summer time ended that morning

    def test_is_known_by_the_same_name_when_it_changes(self):
        _, first = read()
        _, moved = read(dataclasses.replace(ENTRY, sequence=1))

        assert first["uid"] == moved["uid"] == f"{ENTRY.public_id}@circle.example"
        assert (first["sequence"], moved["sequence"]) == (0, 1)

    @pytest.mark.parametrize(
        ("method", "status"),
        [(Method.PUBLISH, "CONFIRMED"), (Method.REQUEST, "CONFIRMED"), (Method.CANCEL, "CANCELLED")],
    )
    def test_says_what_the_calendar_is_to_do(self, method, status):
        calendar, event = read(method=method)

        assert (calendar["method"], event["status"]) == (method.value, status)
        assert f"method={method.value}" in media_type(method)

    def test_names_who_invites_and_who_is_invited(self):
        _, event = read(method=Method.REQUEST)

        assert event["organizer"] == "mailto:post@circle.example"
        assert event["organizer"].params["CN"] == "Maison; Circle"
        assert event["attendee"] == "mailto:bruno@acme.example"
        assert event["attendee"].params["RSVP"] == "TRUE"

    @pytest.mark.parametrize("text", ["x\r\nATTENDEE:mailto:all@acme.example", "x\nEND:VEVENT"])
    def test_lets_nobody_write_lines_of_their_own(self, text):
        entry = dataclasses.replace(
            ENTRY,
            summary=text,
            location=text,
            description=text,
            url="",
            attendees=(),
            organizer=Party("a@b.c", text),
        )

        calendar, event = read(entry)

        assert "attendee" not in event
        assert len(calendar.walk("VEVENT")) == 1

    def test_is_the_same_file_for_the_same_entry(self):
        files = {calendar_file(ENTRY, method=Method.PUBLISH, host="h") for _ in range(2)}

        assert len(files) == 1

    def test_refuses_an_entry_that_ends_before_it_begins(self):
        with pytest.raises(EntryEndsBeforeItBegins):
            read(dataclasses.replace(ENTRY, ends_at=ENTRY.begins_at))

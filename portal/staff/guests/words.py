"""What the house knows of a guest, in the desk's words: needs with their source, what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.accounts.models import Card
from portal.corporate.bookings.models import BookingLine
from portal.corporate.bundles import words as bundles
from portal.programme.rules import TierRules
from portal.staff.guests.queries import Memory
from portal.surveys.cases import rules as cases
from portal.surveys.cases.models import Case, SecondWord
from portal.web.formats import day as in_words
from portal.web.formats import local_day, percent_bp, points, when
from portal.web.pages import locale_code
from portal.web.texts import in_language

SECOND_WORDS: dict[str, LazyString] = {
    SecondWord.YES: _l("The guest finds it put right"),
    SecondWord.PARTLY: _l("The guest finds it partly put right"),
    SecondWord.NO: _l("The guest does not find it put right"),
}


@dataclass(frozen=True, slots=True)
class Need:
    """Something to know about the guest, and who says so."""

    text: str
    source: str
    is_own: bool = False
    """In somebody's own words, which nobody translates."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that went wrong, and whether it was made good: `ok`, `warn` or `bad`, and in words."""

    text: str
    note: str
    kind: str
    made_good: str


def needs(card: Card, memory: Memory, lines: Sequence[BookingLine]) -> list[Need]:
    """What the guest told us, what the booker noted for today, and what their last stay tells."""
    found = [Need(card.holder.needs, _("the guest’s own words"), is_own=True)] if card.holder.needs else []
    noted = {line.booking.id: line.booking for line in lines if line.booking.note}
    for booking in noted.values():
        source = _(
            "note to booking %(reference)s of %(day)s",
            reference=booking.spoken_reference,
            day=in_words(booking.revised_at.date()),
        )
        found.append(Need(booking.note, source, is_own=True))
    for stay in memory.stays:
        text = _("Last slept in a room of type %(room)s", room=stay.room_type) if stay.room_type else ""
        source = _(
            "%(house)s, until %(day)s",
            house=in_language(stay.property.name, locale_code()),
            day=in_words(stay.departure),
        )
        found.append(Need(text or _("Has stayed with us before"), source))
    return found


def wrongs(memory: Memory, *, at: datetime) -> list[Wrong]:
    """What went wrong within a year, the latest of each kind first."""
    return [*(_line(line) for line in memory.broken), *(_case(case, at) for case in memory.cases)]


def rights(tier: TierRules) -> list[str]:
    """What else the company's tier gives, beside what is offered on arrival."""
    found = [_("Points may pay %(percent)s of a bill", percent=percent_bp(tier.points_share_bp))]
    if passes := tier.guest_passes_a_quarter:
        found.append(_("Guest passes: %(count)s a quarter for the company", count=passes))
    if tier.events_a_year:
        found.append(_("Closed events: %(count)s a year", count=tier.events_a_year))
    return found


def _line(line: BookingLine) -> Wrong:
    delivery, zone = line.delivery, line.booking.property.zone
    name = in_language(line.service.name, locale_code())
    if delivery is None or not delivery.quantity:
        text = _("%(service)s did not come, %(day)s", service=name, day=local_day(line.starts_at, zone))
    elif delivery.quantity < line.quantity:
        done, due = (bundles.amount(each, line.service.unit) for each in (delivery.quantity, line.quantity))
        text = _(
            "%(service)s: %(done)s instead of %(due)s, %(day)s",
            service=name, done=done, due=due, day=local_day(line.starts_at, zone),
        )  # fmt: skip
    else:
        minutes = int((delivery.delivered_at - line.starts_at).total_seconds() // 60)
        text = _(
            "%(service)s came %(minutes)s minutes late, %(when)s",
            service=name, minutes=minutes, when=when(line.starts_at, zone),
        )  # fmt: skip
    return Wrong(text, delivery.note if delivery is not None else "", *_made_good(line))


def _made_good(line: BookingLine) -> tuple[str, str]:
    delivery = line.delivery
    if delivery is not None and delivery.compensation is not None:
        given = int(delivery.compensation["inputs"]["credit"]["points"])
        return "ok", _("made good: %(points)s", points=points(given))
    if delivery is not None and delivery.waived_reason is not None:
        return "warn", _("decided not to compensate: %(reason)s", reason=delivery.waived_reason)
    return "warn", _("not made good: the table gives nothing for it")


def _case(case: Case, at: datetime) -> Wrong:
    happened = local_day(case.invitation.happened_at, case.property.zone)
    text = _("The guest was not content, %(day)s", day=happened)
    if case.second_word is not None:
        kind = {SecondWord.YES: "ok", SecondWord.PARTLY: "warn"}.get(SecondWord(case.second_word), "bad")
        return Wrong(text, "", kind, str(SECOND_WORDS[case.second_word]))
    if cases.state_of(case, at=at) is cases.CaseState.OPEN:
        return Wrong(text, "", "bad", _("not answered yet"))
    return Wrong(text, "", "ok", _("answered; the guest has not replied"))

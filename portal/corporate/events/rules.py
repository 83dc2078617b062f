"""What an event must have before it is published, to whom it is open, and how many seats a company has."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.corporate.events.models import Event, EventState
from portal.derivation import Derived, Json, Step, recipe
from portal.programme.rules import Refusal, Rules

LANGUAGES = ("en", "ru")
INVITE_JOB = "events.invite"
TELL_JOB = "registrations.tell_all"
"""Told to everybody who is registered, by the room that knows them."""
PURGED_AFTER = timedelta(days=30)
"""So long after the end names, diets and needs are forgotten."""


class EventRefused(Refusal):
    """The event cannot be planned, published or entered that way."""


class TextMissing(EventRefused):
    """A text is missing in a language: `texts`, `language`."""


class NobodyInvited(EventRefused):
    """No tier is chosen and no company named."""


class AlreadyPublished(EventRefused):
    """It was published before: `published_at`."""


class NotPublished(EventRefused):
    """It is a draft still."""


class EventOver(EventRefused):
    """It has begun, or is over: `starts_at`."""


class EventCancelled(EventRefused):
    """It was cancelled: `cancelled_at`."""


class EventInThePast(EventRefused):
    """It would begin before now: `starts_at`."""


class ChangedMeanwhile(EventRefused):
    """Somebody else changed it while the form was open."""


class CapacityBelowTaken(EventRefused):
    """More seats are taken than the new capacity has: `taken`, `capacity`."""


class TimesImpossible(EventRefused):
    """Registration must open before it closes, and close before the event begins."""


class InvitedAlready(EventRefused):
    """The company is on the list."""


class NotYetOpen(EventRefused):
    """Registration opens later: `opens_at`."""


class RegistrationClosed(EventRefused):
    """Registration has closed: `closes_at`, `phone`."""


class NotOpenToYou(EventRefused):
    """The company is not among those whom the event is for."""


@dataclass(frozen=True, slots=True)
class Planned:
    """All that the loyalty manager fills in."""

    title: Mapping[str, str]
    description: Mapping[str, str]
    place: Mapping[str, str]
    property_id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    seats_per_account: int | None
    plus_ones: int
    opens_at: datetime
    closes_at: datetime
    names_until: datetime
    tiers: tuple[str, ...]
    countries: tuple[str, ...]
    least_nights: int | None


@dataclass(frozen=True, slots=True)
class Company:
    """What decides whether an event is open to a company."""

    account_id: int
    tier: str
    country: str
    nights: int


def check_times(planned: Planned, *, at: datetime) -> None:
    """An event lies ahead, and its registration before it."""
    if planned.starts_at <= at:
        raise EventInThePast(starts_at=planned.starts_at.isoformat())
    in_order = planned.opens_at < planned.closes_at <= planned.starts_at < planned.ends_at
    if not in_order or planned.names_until > planned.starts_at:
        raise TimesImpossible


def check_capacity(*, capacity: int, taken: int) -> None:
    """Nobody who has a seat loses it because the room got smaller."""
    if capacity < taken:
        raise CapacityBelowTaken(taken=taken, capacity=capacity)


def check_standing(event: Event, *, at: datetime) -> None:
    """It can still be changed: neither cancelled nor begun."""
    if event.cancelled_at is not None:
        raise EventCancelled(cancelled_at=event.cancelled_at.isoformat())
    if at >= event.starts_at:
        raise EventOver(starts_at=event.starts_at.isoformat())


def check_changeable(event: Event, *, at: datetime) -> None:
    """It can be changed or called off: a draft at any time, since nobody was told; else until it begins."""
    if event.cancelled_at is not None or event.published_at is not None:
        check_standing(event, at=at)


def opens_to_more(event: Event, planned: Planned) -> bool:
    """Whether some company may come that could not before, as far as the audience tells."""
    countries, wanted = set(event.countries), set(planned.countries)
    return (
        not set(planned.tiers) <= set(event.tiers)
        or bool(countries and not (wanted and wanted <= countries))
        or (event.least_nights or 0) > (planned.least_nights or 0)
    )


def check_publishable(event: Event, *, is_anybody_named: bool, at: datetime) -> None:
    """It says everything in every language, lies ahead, and is for somebody."""
    check_standing(event, at=at)
    if event.published_at is not None:
        raise AlreadyPublished(published_at=event.published_at.isoformat())
    check_texts(event)
    if not event.tiers and not is_anybody_named:
        raise NobodyInvited


def check_texts(event: Event) -> None:
    """It can be read in every language."""
    for language, names in missing_texts(event).items():
        if names:
            raise TextMissing(language=language, texts=",".join(names))


def missing_texts(event: Event) -> dict[str, list[str]]:
    """Which texts each language lacks."""
    texts = {"title": event.title, "description": event.description, "place": event.place}
    return {
        language: [name for name, told in texts.items() if not told.get(language)] for language in LANGUAGES
    }


def check_open(event: Event, *, at: datetime) -> None:
    """A company may register now."""
    if event.published_at is None:
        raise NotPublished
    check_standing(event, at=at)
    if at < event.opens_at:
        raise NotYetOpen(opens_at=event.opens_at.isoformat())
    if at >= event.closes_at:
        raise RegistrationClosed(closes_at=event.closes_at.isoformat(), phone=event.property.phone)


def is_chosen(event: Event, company: Company) -> bool:
    """Whether a company is among the audience, by its tier at the time, its country and its nights."""
    return (
        company.tier in event.tiers
        and (not event.countries or company.country in event.countries)
        and (event.least_nights is None or company.nights >= event.least_nights)
    )


def check_invited(event: Event, company: Company, *, is_by_name: bool) -> None:
    if not is_by_name and not is_chosen(event, company):
        raise NotOpenToYou


def seats_allowed(
    *, event: Event, rules: Rules, tier: str, is_by_name: bool, used: int, held: int, year: int
) -> Derived[int]:
    """How many more seats a company may have of an event, and why.

    The programme gives each tier some closed events a year and some seats at each; `used` are the other
    events of the year that the company takes part in, `held` its seats at this one. An invitation by name
    uses none of them up. What the event itself allows one company is the most in either case.
    """
    level = rules.tier(tier)
    derived = _seats_allowed(
        version=rules.version,
        tier=tier,
        events_a_year=level.events_a_year,
        seats_an_event=level.seats_an_event,
        seats_per_account=event.seats_per_account,
        party_most=1 + event.plus_ones,
        is_by_name=is_by_name,
        used=used,
        held=held,
        year=str(year),
    )
    return Derived(
        derived.value, derived.rule, derived.version, derived.inputs, derived.steps,
        {tier: asdict(level.called)},
    )  # fmt: skip


@recipe("event_seats")
def _seats_allowed(
    *,
    version: int,
    tier: str,
    events_a_year: int,
    seats_an_event: int,
    seats_per_account: int | None,
    party_most: int,
    is_by_name: bool,
    used: int,
    held: int,
    year: str,
) -> Derived[int]:
    inputs: dict[str, Json] = {
        "tier": tier, "events_a_year": events_a_year, "seats_an_event": seats_an_event,
        "seats_per_account": seats_per_account, "party_most": party_most, "is_by_name": is_by_name,
        "used": used, "held": held, "year": year,
    }  # fmt: skip
    steps: list[Step] = []
    if is_by_name:
        seats = seats_per_account or max(seats_an_event, party_most)
        steps.append(Step("event_by_name", {"seats": seats}))
    else:
        so_far: dict[str, Json] = {"tier": tier, "events": events_a_year, "year": year, "used": used}
        steps.append(Step("event_year", so_far))
        seats = min(seats_an_event, seats_per_account or seats_an_event)
        steps.append(Step("event_tier_seats", {"tier": tier, "seats": seats_an_event}))
        if seats < seats_an_event:
            steps.append(Step("event_own_limit", {"seats": seats}))
        if used >= events_a_year:
            seats = 0
            steps.append(Step("event_year_used", {"year": year}))
    if held:
        steps.append(Step("event_held", {"held": held}))
    left = max(seats - held, 0)
    steps.append(Step("event_left", {"left": left}))
    return Derived(left, "event_seats", version, inputs, tuple(steps))


def told(event: Event) -> dict[str, Any]:
    """What the audit keeps of an event: figures and times."""
    return {
        "revision": event.revision,
        "starts_at": event.starts_at.isoformat(),
        "capacity": event.capacity,
        "tiers": event.tiers,
    }


def has_been(event: Event, *, at: datetime) -> bool:
    """It took place and is over."""
    return event.published_at is not None and event.cancelled_at is None and at >= event.ends_at


def is_ahead(event: Event, *, at: datetime) -> bool:
    return event.state is EventState.PUBLISHED and at < event.ends_at


def texts(value: Mapping[str, Any]) -> Sequence[str]:
    """The texts of all languages, to be found by."""
    return [str(value[language]) for language in LANGUAGES if value.get(language)]

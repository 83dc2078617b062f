"""Words of closed events: where they stand, for whom they are, and why something cannot be done."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext
from flask_babel.speaklater import LazyString

from portal.clock import local_date, local_midnight
from portal.corporate.events import rules
from portal.corporate.events.models import Event, EventInvitation, EventState
from portal.corporate.events.queries import Tab
from portal.corporate.events.rules import Company
from portal.documents import exports
from portal.documents.tables import Cell
from portal.programme import words as programme
from portal.programme.rules import Refusal
from portal.programme.tiers.words import TierNames
from portal.web import why
from portal.web.formats import clock_time, day, nights, when
from portal.web.pages import locale_code
from portal.web.texts import in_language

STATES: dict[EventState, LazyString] = {
    EventState.DRAFT: _l("Draft"),
    EventState.PUBLISHED: lazy_pgettext("an event", "Published"),
    EventState.CANCELLED: lazy_pgettext("an event", "Cancelled"),
    EventState.CLOSED: lazy_pgettext("an event", "Closed"),
}
STATE_TAGS: dict[EventState, str] = {
    EventState.DRAFT: "warn",
    EventState.PUBLISHED: "ok",
    EventState.CANCELLED: "bad",
    EventState.CLOSED: "",
}
TABS: dict[Tab, LazyString] = {
    Tab.AHEAD: _l("Ahead"),
    Tab.DRAFT: _l("Drafts"),
    Tab.PAST: _l("Past"),
    Tab.CANCELLED: lazy_pgettext("several events", "Cancelled"),
}
LANGUAGES: dict[str, LazyString] = {"en": _l("English"), "ru": _l("Russian")}
TEXTS: dict[str, LazyString] = {
    "title": _l("the title"),
    "description": _l("the description"),
    "place": _l("the place"),
}
STEPS: dict[str, LazyString] = {
    "event_by_name": _l(
        "Your company is invited by name, which uses up no event of the year. Seats at the most: %(seats)s."
    ),
    "event_year": _l("Closed events a year at %(tier)s: %(events)s. Taken in %(year)s: %(used)s."),
    "event_tier_seats": _l("Seats at each for %(tier)s: %(seats)s."),
    "event_own_limit": _l("The most that this event gives one company: %(seats)s."),
    "event_year_used": _l("The events of %(year)s are used up."),
    "event_held": _l("Yours already, waiting ones included: %(held)s."),
    "event_left": _l("Left for you: %(left)s."),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    **programme.REFUSALS,
    rules.TextMissing: _l(
        "%(language)s lacks %(texts)s. Write it, so that everybody can read the invitation."
    ),
    rules.NobodyInvited: _l("Nobody is invited yet. Choose a tier, or name a company."),
    rules.AlreadyPublished: _l("It was published on %(published_at)s already."),
    rules.NotPublished: _l("It is not published yet."),
    rules.EventOver: _l("It began on %(starts_at)s, so this can no longer be done."),
    rules.EventCancelled: _l("The event was cancelled on %(cancelled_at)s."),
    rules.EventInThePast: _l("It would begin on %(starts_at)s, which is past. Choose a later day."),
    rules.ChangedMeanwhile: _l("A colleague changed it while your form was open. Open it anew."),
    rules.CapacityBelowTaken: _l("Seats taken already: %(taken)s. It cannot have only %(capacity)s."),
    rules.TimesImpossible: _l(
        "Registration opens before it closes, and closes, like the deadline for names, before the beginning."
    ),
    rules.InvitedAlready: _l("This company has been invited already."),
    rules.NotYetOpen: _l("Registration opens on %(opens_at)s."),
    rules.RegistrationClosed: _l("Registration closed on %(closes_at)s. Call the hotel: %(phone)s."),
    rules.NotOpenToYou: _l("This event is not open to your company at its present tier."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "event.draft": _l("Event drafted"),
    "event.change": _l("Event changed"),
    "event.publish": _l("Event published"),
    "event.cancel": _l("Event cancelled"),
    "event.invite": _l("Company invited by name"),
    "event.take_off": _l("Company taken off the list"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"event": _l("Closed event")}


def refused(refusal: Refusal, *, zone: str, sentences: Mapping[type[Refusal], LazyString] = REFUSALS) -> str:
    """A refusal in words; times in the property's zone."""
    values = dict(refusal.values)
    if isinstance(refusal, rules.TextMissing):
        names = [str(TEXTS[name]) for name in str(values["texts"]).split(",")]
        values = {"language": str(LANGUAGES[str(values["language"])]), "texts": ", ".join(names)}
    return why.fill(sentences[type(refusal)], values, zone=zone)


def missing(event: Event) -> dict[str, str]:
    """What each language lacks, by the language's name."""
    found = rules.missing_texts(event)
    return {
        str(LANGUAGES[language]): ", ".join(str(TEXTS[name]) for name in names)
        for language, names in found.items()
        if names
    }


def why_open(company: Company, *, is_by_name: bool, tiers: TierNames) -> str:
    """Why an event is open to a company, in a few words."""
    if is_by_name:
        return _("Invited by name")
    return _("Open to %(tier)s", tier=tiers[company.tier])


def audience(event: Event, tiers: TierNames) -> str:
    """For whom an event is, in one sentence."""
    if not event.tiers:
        return _("By invitation only")
    said = [", ".join(str(tiers[code]) for code in event.tiers)]
    if event.countries:
        said.append(_("companies from %(countries)s", countries=", ".join(event.countries)))
    if event.least_nights:
        said.append(_("with %(nights)s or more in the last 365 days", nights=nights(event.least_nights)))
    return "; ".join(said)


def span(event: Event) -> str:
    """From when until when, by the hotel's clock."""
    zone = event.property.zone
    begin = when(event.starts_at, zone)
    is_same_day = local_date(event.starts_at, zone) == local_date(event.ends_at, zone)
    end = clock_time(event.ends_at, zone) if is_same_day else when(event.ends_at, zone)
    return f"{begin}–{end}" if is_same_day else _("%(begin)s – %(end)s", begin=begin, end=end)


def until(instant: datetime, zone: str) -> str:
    """Until when something may be done: a whole day is told as that day."""
    last = local_date(instant - timedelta(microseconds=1), zone)
    if instant == local_midnight(last + timedelta(days=1), zone):
        return _("until the end of %(day)s", day=day(last))
    return _("until %(when)s", when=when(instant, zone))


def invitation_cells(found: EventInvitation, *, zone: str, tiers: TierNames) -> list[Cell]:
    """An invited company as a row of a table."""
    return [
        found.account.name,
        found.account.country,
        _("By name") if found.is_by_name else _("By tier"),
        str(tiers[found.tier]),
        exports.local(found.invited_at, zone) if found.invited_at else None,
        found.letters,
    ]


def basics(event: Event) -> list[tuple[str, str]]:
    """When and where."""
    locale = locale_code()
    place = ", ".join(in_language(one, locale) for one in (event.place, event.property.name))
    return [
        (_("When"), span(event)),
        (_("Where"), f"{place}, {in_language(event.property.city, locale)}"),
    ]


def facts(event: Event, tiers: TierNames) -> list[tuple[str, str]]:
    """What is to be said about an event, term by term."""
    zone = event.property.zone
    company = ngettext(
        "one guest and up to %(num)s other", "one guest and up to %(num)s others", event.plus_ones
    )
    found = [
        *basics(event),
        (_("For whom"), audience(event, tiers)),
        (_("A party"), company if event.plus_ones else _("each guest alone")),
        (_("Registration"), until(event.closes_at, zone)),
        (_("Names can be changed"), until(event.names_until, zone)),
        (_("Telephone"), event.property.phone),
    ]
    if event.seats_per_account:
        found.insert(4, (_("Seats a company"), str(event.seats_per_account)))
    return found

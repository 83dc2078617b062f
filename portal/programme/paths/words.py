"""The ways to a tier, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "paths.due": _l(
        "For the count of %(day_date)s, by what will still be in the window then. To count, it must be "
        "checked out and paid by %(until_date)s."
    ),
    "paths.door": _l(
        "%(tier)s needs %(door_nights)s or a spend of %(door_cents)s. There: %(qualified_nights)s, "
        "%(spend_cents)s."
    ),
    "paths.door_nights": _l("%(tier)s needs %(door_nights)s. There: %(qualified_nights)s."),
    "paths.door_spend": _l("%(tier)s needs a spend of %(door_cents)s. There: %(spend_cents)s."),
    "paths.rate": _l("A night at %(hotel)s came to %(night_cents)s on average for your company."),
    "paths.way_nights": _l("By nights: %(more_nights)s more."),
    "paths.way_nights_priced": _l(
        "By nights: %(more_nights)s more, about %(about_cents)s at your average price."
    ),
    "paths.way_nights_at": _l("By nights: %(more_nights)s more, at %(hotel)s about %(about_cents)s."),
    "paths.way_events": _l("By events: %(more_cents)s more event spend, counted as night credits."),
    "paths.way_spend": _l("By spend: %(more_cents)s more of any eligible spend."),
    "paths.way_mixed": _l("By both: %(more_nights)s more and %(more_cents)s of event spend."),
    "paths.way_mixed_priced": _l(
        "By both: %(more_nights)s more and %(more_cents)s of event spend, about %(about_cents)s at "
        "your average price."
    ),
    "paths.way_mixed_at": _l(
        "By both: %(more_nights)s more at %(hotel)s and %(more_cents)s of event spend, about "
        "%(about_cents)s together."
    ),
    "paths.reached": _l("Nothing is lacking for %(tier)s."),
    "paths.cheapest": _l("The way that costs least: %(way)s."),
}

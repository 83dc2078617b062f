"""Words of a company's pages."""

from flask_babel import gettext as _

from portal.corporate.company.queries import StayFilter
from portal.stays.words import STATUSES
from portal.web.formats import day


def narrowed(only: StayFilter) -> list[str]:
    """What the list of stays is narrowed to, for the head of its page and of its file."""
    said = [_("Latest arrival first.")]
    if only.arrival_from is not None and only.arrival_to is not None:
        said.append(
            _(
                "Arrivals from %(start)s to %(end)s, both days included.",
                start=day(only.arrival_from),
                end=day(only.arrival_to),
            )
        )
    elif only.arrival_from is not None:
        said.append(_("Arrivals from %(start)s on.", start=day(only.arrival_from)))
    elif only.arrival_to is not None:
        said.append(_("Arrivals up to %(end)s, that day included.", end=day(only.arrival_to)))
    if only.status is not None:
        said.append(_("Status: %(status)s.", status=STATUSES[only.status]))
    return said

"""One bar of tabs over the pages of the programme, and one link of the top bar that leads to them.

A sub-room offers its page by a provider, `(visitor) -> NavigationLink | None`, that the factory's list
of rooms hands over; a page hands `programme_tabs=tabs.bar()` to `programme/_tabs.html`.
"""

from collections.abc import Callable
from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _

from portal.web.gate import Visitor, visitor
from portal.web.registries import NavigationLink

TabProvider = Callable[[Visitor], NavigationLink | None]
PLACE = 17


def bar() -> list[dict[str, Any]]:
    """The tabs that are the visitor's, for `lists.tabs`; the page at hand is the current one."""
    here = request.endpoint or ""
    return [
        {
            "url": url_for(link.endpoint),
            "label": link.label,
            "count": None,
            "current": any(here.startswith(section) for section in link.sections),
        }
        for link in _links(visitor())
    ]


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way to the first of them."""
    links = _links(asking)
    sections = tuple(section for link in links for section in link.sections)
    return [NavigationLink(links[0].endpoint, _("Programme"), PLACE, sections)] if links else []


def _links(asking: Visitor) -> list[NavigationLink]:
    providers: list[TabProvider] = current_app.extensions["programme.tabs"]
    found = [link for provider in providers if (link := provider(asking)) is not None]
    return sorted(found, key=lambda link: link.order)

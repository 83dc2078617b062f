"""The GM's page: the finding, one red item, everything else one click deep."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from portal import clock
from portal.insight.house import access, queries, rules, words
from portal.surveys.results import words as result_words
from portal.web.gate import Visitor, allow, visitor
from portal.web.registries import NavigationLink

blueprint = Blueprint("house", __name__, url_prefix="/insight")


@blueprint.get("/house")
@allow(access.sees_house)
def house() -> str:
    """Clients by tier and stage, promises, recommendation, and staff beside clients."""
    found = queries.house(access.houses(visitor()), at=clock.now())
    return render_template(
        "insight/house/house.html",
        found=found,
        words=words,
        grid=words.grid(found),
        results=result_words,
        red=words.red_item(found),
        gates=rules.gates(found.have),
    )


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way to the house."""
    return (
        [NavigationLink("house.house", _("The house"), 5, ("house.",))] if access.sees_house(asking) else []
    )


def home(asking: Visitor) -> str | None:
    """A GM begins with the house."""
    return "house.house" if asking.has("property_manager") else None

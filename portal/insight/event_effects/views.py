"""The effect of an event: who came beside comparable companies, with its interval."""

import uuid

from flask import Blueprint, abort, render_template

from portal import clock
from portal.clock import local_date
from portal.corporate.events import access as events_access
from portal.corporate.events import queries as events
from portal.hotel import queries as hotel
from portal.insight.event_effects import queries, words
from portal.insight.house import access
from portal.web.gate import allow, visitor

blueprint = Blueprint("event_effects", __name__, url_prefix="/insight/events")


@blueprint.get("/<uuid:event_id>")
@allow(access.sees_house)
def effect(event_id: uuid.UUID) -> str:
    """What went with it, honestly."""
    event = events.event_in(events_access.reach(visitor()), event_id) or abort(404)
    if event.published_at is None or event.cancelled_at is not None:
        abort(404)
    found = queries.effect(event, today=local_date(clock.now(), hotel.house_zone()))
    return render_template(
        "insight/event_effects/effect.html", event=event, zone=event.property.zone, found=found, words=words
    )

"""How the demo's halls can be laid out, and what is being mended."""

import uuid
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from portal.corporate.closures import actions as closures
from portal.corporate.halls.models import HallLayout
from portal.database import db
from portal.hotel.models import Property, Resource, Service, ServiceKind
from portal.people.models import Person

SHARES = {"theatre": 100, "cocktail": 100, "banquet": 70, "classroom": 60, "u_shape": 40, "boardroom": 35}
"""How many of a hall's guests each layout takes, in percent."""
SMALLEST = 6
MENDED_AFTER_DAYS = 3


def lay_out() -> None:
    """Give each hall its layouts; equipment has none."""
    halls = (
        select(Resource)
        .join(Service, Service.id == Resource.service_id)
        .where(Service.kind == ServiceKind.HALL)
        .order_by(Resource.id)
    )
    db.session.add_all(
        HallLayout(resource_id=hall.id, layout=layout, capacity=hall.capacity * share // 100)
        for hall in db.session.scalars(halls)
        for layout, share in SHARES.items()
        if hall.capacity * share // 100 >= SMALLEST or share == max(SHARES.values())
    )
    db.session.flush()


def mend(houses: Collection[Property], *, keeper: Person, today: date, at: datetime) -> None:
    """Close the largest hall of each hotel for an afternoon."""
    day = today + timedelta(days=MENDED_AFTER_DAYS)
    for house in sorted(houses, key=lambda each: each.code):
        largest = (
            select(Resource)
            .join(Service, Service.id == Resource.service_id)
            .where(Resource.property_id == house.id, Service.kind == ServiceKind.HALL)
            .order_by(Resource.capacity.desc(), Resource.id)
            .limit(1)
        )
        hall = db.session.scalars(largest).one()
        closures.close_hall(
            token=uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:closure/{house.code}"),
            hall_id=hall.public_id,
            property_ids=[house.id],
            starts=datetime.combine(day, time(12)),
            ends=datetime.combine(day, time(18)),
            reason="Полировка паркета",
            by_id=keeper.id,
            at=at,
        )

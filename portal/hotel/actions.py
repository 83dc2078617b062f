"""Changing what the group says of its properties."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from portal.audit import actions as audit
from portal.database import db
from portal.hotel import queries, rules
from portal.hotel.models import Property


def open_property(
    *,
    code: str,
    name: Mapping[str, str],
    city: Mapping[str, str],
    zone: str,
    currency: str,
    by: int | None,
    at: datetime,
) -> Property:
    """Add a property to the group; its name and city per language.

    Raises `UnknownZone`, and `SecondCurrency` where it is not the group's.
    """
    rules.check_zone(zone)
    if (group := queries.group()) is not None:
        rules.check_currency(currency, of_group=group.currency)
    house = Property(
        public_id=uuid.uuid4(),
        code=code,
        name=dict(name),
        city=dict(city),
        zone=zone,
        currency=currency,
        phone="",
    )
    db.session.add(house)
    audit.record(
        action="property.open",
        subject_kind="property",
        subject_id=house.public_id,
        details={"code": code},
        by=by,
        at=at,
    )
    return house


def change_property(
    *,
    house: Property,
    name: dict[str, str],
    city: dict[str, str],
    zone: str,
    phone: str,
    by: int,
    at: datetime,
) -> None:
    """Take over a property's name and city per language, its zone and its phone. Raises `UnknownZone`."""
    rules.check_zone(zone)
    db.session.refresh(house, with_for_update=True)
    entered = {"name": name, "city": city, "zone": zone, "phone": phone}
    changed = [field for field, value in entered.items() if getattr(house, field) != value]
    for field in changed:
        setattr(house, field, entered[field])
    if changed:
        audit.record(
            action="property.change",
            subject_kind="property",
            subject_id=house.public_id,
            details={"changed": changed, **({"zone": zone} if "zone" in changed else {})},
            by=by,
            at=at,
        )

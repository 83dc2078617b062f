"""The demo group's houses, services, prices, halls and ready bundles, from catalogue.json."""

import json
import uuid
from datetime import date
from pathlib import Path
from typing import Any

from portal.corporate.bundles.models import Bundle, BundleLine
from portal.database import db
from portal.hotel import rules
from portal.hotel.models import Department, Property, Resource, Service, ServicePrice

CURRENCY = "EUR"
"""What the prices of the catalogue are in."""
CATALOGUE = Path(__file__).parent / "catalogue.json"


def read() -> dict[str, Any]:
    """What the catalogue holds; its prices are gross, in cents of EUR."""
    found: dict[str, Any] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return found


def open_houses(catalogue: dict[str, Any], *, currency: str) -> dict[str, Property]:
    """The two hotels, with their departments; prices are in the currency of the catalogue, or not at all."""
    rules.check_currency(CURRENCY, of_group=currency)
    houses = {}
    for wanted in catalogue["properties"]:
        public_id = _fixed("property", wanted["code"])
        houses[wanted["code"]] = Property(
            public_id=public_id, zone=catalogue["zone"], currency=currency, **wanted
        )
    db.session.add_all(houses.values())
    db.session.flush()
    for house in houses.values():
        db.session.add_all(Department(property_id=house.id, **wanted) for wanted in catalogue["departments"])
    return houses


def stock(catalogue: dict[str, Any], houses: dict[str, Property]) -> dict[str, Service]:
    """Services with their prices, halls and equipment, and ready bundles."""
    services = {}
    for wanted in catalogue["services"]:
        unit_price_cents = wanted.pop("unit_price_cents")
        service = services[wanted["code"]] = Service(**wanted)
        db.session.add(service)
        db.session.flush()
        db.session.add_all(
            ServicePrice(
                service_id=service.id,
                property_id=house.id,
                valid_from=date.fromisoformat(catalogue["prices_from"]),
                unit_price_cents=unit_price_cents,
                is_gross=True,
                vat_bp=catalogue["vat_bp"],
            )
            for house in houses.values()
        )
    _furnish(catalogue, houses, services)
    _bind(catalogue, services)
    return services


def _furnish(catalogue: dict[str, Any], houses: dict[str, Property], services: dict[str, Service]) -> None:
    for code, resources in catalogue["resources"].items():
        for place, wanted in enumerate(resources):
            service = services[wanted.pop("service")]
            public_id = _fixed("resource", f"{code}/{place}")
            db.session.add(
                Resource(public_id=public_id, property_id=houses[code].id, service_id=service.id, **wanted)
            )


def _bind(catalogue: dict[str, Any], services: dict[str, Service]) -> None:
    for position, wanted in enumerate(catalogue["bundles"], start=1):
        lines = wanted.pop("lines")
        bundle = Bundle(
            public_id=_fixed("bundle", wanted["code"]), position=position, is_offered=True, **wanted
        )
        db.session.add(bundle)
        db.session.flush()
        for place, line in enumerate(lines, start=1):
            service = services[line.pop("service")]
            db.session.add(BundleLine(bundle_id=bundle.id, position=place, service_id=service.id, **line))


def _fixed(kind: str, code: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:{kind}/{code}")

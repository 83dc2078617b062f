"""The services, prices, halls and ready bundles of the cast's two hotels.

At gross prices with 20 % VAT, so that the second golden number comes out: four hours of a hall 400,
AV 150, four waiters 180, laundry 20; interpreter 120, taxi 30 and four tickets 200 from partners.
"""

import uuid
from dataclasses import dataclass
from datetime import date

from portal.corporate.bundles.models import Bundle, BundleLine
from portal.database import db
from portal.hotel.models import Category, Property, Resource, Service, ServiceKind, ServicePrice, Unit
from tests.cast import Cast

PRICES_FROM = date(2020, 1, 1)
VAT_BP = 2_000

HALLS, FOOD, OTHER = Category.HALLS_AND_EQUIPMENT, Category.FOOD_AND_DRINK, Category.OTHER_SERVICES
# code, kind, category, unit, third party, cut-off hours, most, unit price in cents
SERVICES = (
    ("hall", ServiceKind.HALL, HALLS, Unit.HOUR, False, 48, 12, 10_000),
    ("av", ServiceKind.AV, HALLS, Unit.DAY, False, 48, 5, 15_000),
    ("waiter", ServiceKind.WAITER, FOOD, Unit.PERSON, False, 24, 40, 4_500),
    ("interpreter", ServiceKind.INTERPRETER, OTHER, Unit.PERSON, True, 72, 6, 12_000),
    ("conference_call", ServiceKind.CONFERENCE_CALL, HALLS, Unit.HOUR, False, 12, 12, 2_500),
    ("taxi", ServiceKind.TAXI, OTHER, Unit.RIDE, True, 2, 50, 3_000),
    ("laundry", ServiceKind.LAUNDRY, OTHER, Unit.PIECE, False, 12, 200, 500),
    ("ticket", ServiceKind.TICKET, OTHER, Unit.PIECE, True, 24, 60, 5_000),
)
NAMES = {
    "hall": ("Meeting hall", "Конференц-зал"),
    "av": ("Screen and sound", "Экран и звук"),
    "waiter": ("Waiter", "Официант"),
    "interpreter": ("Interpreter", "Переводчик"),
    "conference_call": ("Conference call", "Конференц-связь"),
    "taxi": ("Taxi", "Такси"),
    "laundry": ("Laundry", "Прачечная"),
    "ticket": ("Theatre tickets", "Билеты в театр"),
}
ICONS = {
    "hall": "presentation", "av": "projector", "waiter": "concierge-bell", "interpreter": "languages",
    "conference_call": "headset", "taxi": "car-taxi-front", "laundry": "shirt", "ticket": "ticket",
}  # fmt: skip
# service, name, seats, minutes of setting up
RESOURCES = (
    ("hall", "Library", "Библиотека", 12, 0),
    ("hall", "Winter Garden", "Зимний сад", 40, 30),
    ("av", "Screen and sound 1", "Комплект экрана и звука 1", 200, 0),
    ("av", "Screen and sound 2", "Комплект экрана и звука 2", 200, 0),
)
GOLDEN = {"hall": 1, "av": 1, "waiter": 4, "laundry": 4, "interpreter": 1, "taxi": 1, "ticket": 4}
"""The order of the second golden number, for four hours: seven kinds, a bill of 987.50 at Gold."""


@dataclass(frozen=True)
class Catalogue:
    """What the two hotels offer; the seaside house has halls, the townhouse has none."""

    services: dict[str, Service]
    halls: dict[str, Resource]
    board_meeting: Bundle


def stock(cast: Cast) -> Catalogue:
    """Write the catalogue and commit."""
    services = {row[0]: _service(row) for row in SERVICES}
    db.session.add_all(services.values())
    db.session.flush()
    for house in (cast.seaside, cast.townhouse):
        db.session.add_all(_price(services[row[0]], house, row[7]) for row in SERVICES)
    halls = {row[1]: _resource(cast.seaside, services, row) for row in RESOURCES}
    db.session.add_all(halls.values())
    bundle = _bundle(services)
    db.session.commit()
    return Catalogue(services, halls, bundle)


def _service(row: tuple) -> Service:
    code, kind, category, unit, is_third_party, cut_off_hours, most, _price_cents = row
    english, russian = NAMES[code]
    return Service(
        code=code,
        kind=kind,
        category=category,
        unit=unit,
        name={"en": english, "ru": russian},
        description={"en": f"{english}, as you like it.", "ru": f"{russian}, как вам удобно."},
        icon=ICONS[code],
        is_third_party=is_third_party,
        is_bookable=True,
        desk_key=None,
        cut_off_hours=cut_off_hours,
        max_quantity=most,
    )


def _price(service: Service, house: Property, unit_price_cents: int) -> ServicePrice:
    return ServicePrice(
        service_id=service.id,
        property_id=house.id,
        valid_from=PRICES_FROM,
        unit_price_cents=unit_price_cents,
        floor_price_cents=0,
        is_gross=True,
        vat_bp=VAT_BP,
    )


def _resource(house: Property, services: dict[str, Service], row: tuple) -> Resource:
    service, english, russian, seats, set_up_minutes = row
    return Resource(
        public_id=uuid.uuid4(),
        property_id=house.id,
        service_id=services[service].id,
        name={"en": english, "ru": russian},
        capacity=seats,
        set_up_minutes=set_up_minutes,
    )


def _bundle(services: dict[str, Service]) -> Bundle:
    """Board meeting: a hall for four hours, AV, a waiter for ten guests begun, a taxi at the end."""
    bundle = Bundle(
        public_id=uuid.uuid4(),
        code="board_meeting",
        name={"en": "Board meeting", "ru": "Заседание совета"},
        description={"en": "All it takes to decide.", "ru": "Всё, чтобы принять решение."},
        icon="presentation",
        position=1,
        is_offered=True,
    )
    db.session.add(bundle)
    db.session.flush()
    lines = (
        ("hall", 4, None, 0, 240),
        ("av", 1, None, 0, 240),
        ("waiter", 1, 10, 0, 240),
        ("taxi", 1, None, 240, 60),
    )
    for position, (code, quantity, per_guests, after, minutes) in enumerate(lines, start=1):
        db.session.add(
            BundleLine(
                bundle_id=bundle.id,
                position=position,
                service_id=services[code].id,
                quantity=quantity,
                per_guests=per_guests,
                starts_after_minutes=after,
                minutes=minutes,
            )
        )
    return bundle

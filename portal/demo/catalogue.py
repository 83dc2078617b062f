"""The demo group's houses, services, prices, halls and ready bundles."""

import uuid
from datetime import date

from portal.corporate.bundles.models import Bundle, BundleLine
from portal.database import db
from portal.hotel.models import (
    Category,
    Department,
    Property,
    Resource,
    Service,
    ServiceKind,
    ServicePrice,
    Unit,
)

ZONE = "Europe/Lisbon"
PRICES_FROM = date(2015, 1, 1)
VAT_BP = 2_000

PROPERTIES = (
    (
        "resort",
        {"en": "Resort Hotel Algarve", "ru": "Курортный отель «Алгарви»"},
        {"en": "Algarve", "ru": "Алгарви"},
    ),
    (
        "city",
        {"en": "City Hotel Lisbon", "ru": "Городской отель «Лиссабон»"},
        {"en": "Lisbon", "ru": "Лиссабон"},
    ),
)
DEPARTMENTS = (
    ("front_office", {"en": "Front office", "ru": "Служба приёма и размещения"}),
    ("concierge", {"en": "Concierge", "ru": "Консьерж-служба"}),
    ("food_and_beverage", {"en": "Food and beverage", "ru": "Ресторанная служба"}),
    ("events", {"en": "Events", "ru": "Служба мероприятий"}),
    ("housekeeping", {"en": "Housekeeping", "ru": "Служба номерного фонда"}),
    ("sales", {"en": "Sales", "ru": "Отдел продаж"}),
)
# code, kind, category, unit, icon, third party, bookable, desk key, cut-off hours, most, unit price in cents,
# name, description
SERVICES = (
    ("late_checkout", ServiceKind.COURTESY, Category.OTHER_SERVICES, Unit.PIECE, "clock", False, False, 1, 0, 1, 0,
     {"en": "Late check-out", "ru": "Поздний выезд"},
     {"en": "As late as the tier allows.", "ru": "Насколько позволяет уровень."}),
    ("laundry", ServiceKind.LAUNDRY, Category.OTHER_SERVICES, Unit.PIECE, "shirt", False, True, 2, 12, 200, 500,
     {"en": "Laundry", "ru": "Прачечная"},
     {"en": "Washed, ironed and back on the hanger the same day.", "ru": "Стирка и глажка с возвратом в тот же день."}),
    ("taxi", ServiceKind.TAXI, Category.OTHER_SERVICES, Unit.RIDE, "car-taxi-front", True, True, 3, 2, 50, 3_000,
     {"en": "Taxi", "ru": "Такси"},
     {"en": "A car at the door, at the meter's price.", "ru": "Автомобиль к подъезду, по счётчику."}),
    ("hall", ServiceKind.HALL, Category.HALLS_AND_EQUIPMENT, Unit.HOUR, "presentation", False, True, 4, 48, 12, 5_000,
     {"en": "Meeting hall", "ru": "Конференц-зал"},
     {"en": "Daylight, water, paper and a person who stays near.",
      "ru": "Дневной свет, вода, бумага и сотрудник рядом."}),
    ("av", ServiceKind.AV, Category.HALLS_AND_EQUIPMENT, Unit.DAY, "projector", False, True, 5, 48, 5, 15_000,
     {"en": "Screen and sound", "ru": "Экран и звук"},
     {"en": "Projector, screen, two microphones, set up and tried.",
      "ru": "Проектор, экран, два микрофона: установлены и проверены."}),
    ("waiter", ServiceKind.WAITER, Category.FOOD_AND_DRINK, Unit.PERSON, "concierge-bell", False, True, 6, 24, 40, 4_500,
     {"en": "Personal waiter", "ru": "Личный официант"},
     {"en": "For your table or your hall, for the event.", "ru": "Для вашего стола или зала на время мероприятия."}),
    ("interpreter", ServiceKind.INTERPRETER, Category.OTHER_SERVICES, Unit.PERSON, "languages", True, True, 7, 72, 6,
     12_000, {"en": "Interpreter", "ru": "Переводчик"},
     {"en": "Half a day, consecutive, from our partner bureau.",
      "ru": "Полдня последовательного перевода, бюро-партнёр."}),
    ("ticket", ServiceKind.TICKET, Category.OTHER_SERVICES, Unit.PIECE, "ticket", True, True, 8, 24, 60, 5_000,
     {"en": "Theatre tickets", "ru": "Билеты в театр"},
     {"en": "Stalls, at the box office's price.", "ru": "Партер, по цене кассы."}),
    ("luggage", ServiceKind.COURTESY, Category.OTHER_SERVICES, Unit.PIECE, "luggage", False, False, 9, 0, 20, 0,
     {"en": "Luggage", "ru": "Багаж"},
     {"en": "Carried, kept or sent on.", "ru": "Донесём, сохраним или отправим."}),
    ("conference_call", ServiceKind.CONFERENCE_CALL, Category.HALLS_AND_EQUIPMENT, Unit.HOUR, "phone", False, True,
     None, 12, 12, 2_500, {"en": "Conference call", "ru": "Конференц-связь"},
     {"en": "Line, camera and a technician who dials.", "ru": "Линия, камера и техник, который соединит."}),
)  # fmt: skip
RESOURCES = {
    "resort": (
        ("hall", {"en": "Garden Hall", "ru": "Зал «Сад»"}, 24, 30),
        ("hall", {"en": "Ocean Hall", "ru": "Зал «Океан»"}, 80, 45),
        ("av", {"en": "Screen and sound set 1", "ru": "Комплект экрана и звука 1"}, 200, 30),
    ),
    "city": (
        ("hall", {"en": "Library", "ru": "Библиотека"}, 12, 15),
        ("hall", {"en": "Winter Garden", "ru": "Зимний сад"}, 40, 30),
        ("hall", {"en": "Mirror Hall", "ru": "Зеркальный зал"}, 120, 45),
        ("av", {"en": "Screen and sound set 1", "ru": "Комплект экрана и звука 1"}, 200, 30),
        ("av", {"en": "Screen and sound set 2", "ru": "Комплект экрана и звука 2"}, 200, 30),
    ),
}
# code, icon, name, description, lines: service, quantity, one for each so many guests, starts after, minutes
BUNDLES = (
    ("board_meeting", "presentation",
     {"en": "Board meeting", "ru": "Заседание совета"},
     {"en": "Hall, screen and sound, a waiter and a car at the end of the day.",
      "ru": "Зал, экран и звук, официант и автомобиль в конце дня."},
     (("hall", 4, None, 0, 240), ("av", 1, None, 0, 240), ("waiter", 1, 10, 0, 240), ("taxi", 1, None, 240, 60))),
    ("foreign_delegation", "languages",
     {"en": "Foreign delegation", "ru": "Иностранная делегация"},
     {"en": "Everything for a day with guests from abroad, down to the theatre.",
      "ru": "Всё для дня с гостями из-за рубежа, вплоть до театра."},
     (("hall", 8, None, 0, 480), ("av", 1, None, 0, 480), ("waiter", 1, 6, 0, 480), ("interpreter", 1, None, 0, 240),
      ("taxi", 1, 4, 480, 60), ("laundry", 4, None, 0, 480), ("ticket", 1, 1, 600, 180))),
    ("video_day", "phone",
     {"en": "Video conference", "ru": "Видеоконференция"},
     {"en": "A hall, a line that holds and a technician who stays.",
      "ru": "Зал, надёжная линия и техник, который не уходит."},
     (("hall", 2, None, 0, 120), ("conference_call", 2, None, 0, 120), ("av", 1, None, 0, 120))),
    ("easy_arrival", "luggage",
     {"en": "Easy arrival", "ru": "Лёгкий приезд"},
     {"en": "A car, shirts ironed before the meeting, tickets for the evening.",
      "ru": "Автомобиль, рубашки к встрече и билеты на вечер."},
     (("taxi", 1, None, 0, 60), ("laundry", 3, None, 0, 240), ("ticket", 1, None, 480, 180))),
)  # fmt: skip


def open_houses() -> dict[str, Property]:
    """The two hotels with their departments."""
    houses = {}
    for code, name, city in PROPERTIES:
        house = Property(
            public_id=_fixed("property", code),
            code=code,
            name=name,
            city=city,
            zone=ZONE,
            currency="EUR",
            phone="+351 210 000 000" if code == "city" else "+351 289 000 000",
        )
        db.session.add(house)
        houses[code] = house
    db.session.flush()
    for house in houses.values():
        for code, name in DEPARTMENTS:
            db.session.add(Department(property_id=house.id, code=code, name=name))
    return houses


def stock_catalogue(houses: dict[str, Property]) -> dict[str, Service]:
    """Services, prices, halls, equipment and ready bundles."""
    services = {}
    for (
        code,
        kind,
        category,
        unit,
        icon,
        third_party,
        bookable,
        key,
        cut_off,
        most,
        price,
        name,
        text,
    ) in SERVICES:
        service = Service(
            code=code, kind=kind, category=category, unit=unit, icon=icon, is_third_party=third_party,
            is_bookable=bookable, desk_key=key, cut_off_hours=cut_off, max_quantity=most, name=name, description=text,
        )  # fmt: skip
        services[code] = service
        db.session.add(service)
        db.session.flush()
        for house in houses.values():
            db.session.add(
                ServicePrice(
                    service_id=service.id,
                    property_id=house.id,
                    valid_from=PRICES_FROM,
                    unit_price_cents=price,
                    floor_price_cents=0,
                    is_gross=True,
                    vat_bp=VAT_BP,
                )  # fmt: skip
            )
    _furnish(houses, services)
    _bind(services)
    return services


def _furnish(houses: dict[str, Property], services: dict[str, Service]) -> None:
    for code, resources in RESOURCES.items():
        for place, (service, name, capacity, set_up) in enumerate(resources):
            db.session.add(
                Resource(
                    public_id=_fixed("resource", f"{code}/{place}"),
                    property_id=houses[code].id,
                    service_id=services[service].id,
                    name=name,
                    capacity=capacity,
                    set_up_minutes=set_up,
                )  # fmt: skip
            )


def _bind(services: dict[str, Service]) -> None:
    for position, (code, icon, name, text, lines) in enumerate(BUNDLES, start=1):
        bundle = Bundle(
            public_id=_fixed("bundle", code), code=code, icon=icon, name=name, description=text,
            position=position, is_offered=True,
        )  # fmt: skip
        db.session.add(bundle)
        db.session.flush()
        for place, (service, quantity, per_guests, after, minutes) in enumerate(lines, start=1):
            db.session.add(
                BundleLine(
                    bundle_id=bundle.id,
                    position=place,
                    service_id=services[service].id,
                    quantity=quantity,
                    per_guests=per_guests,
                    starts_after_minutes=after,
                    minutes=minutes,
                )  # fmt: skip
            )


def _fixed(kind: str, code: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:{kind}/{code}")

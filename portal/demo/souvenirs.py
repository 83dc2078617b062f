"""The demo's souvenirs: what the two hotels offer for points and give on arrival, and what is reserved."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.accounts import queries as accounts
from portal.accounts.models import Account, Card
from portal.corporate.reservations import actions as reservations
from portal.corporate.reservations.actions import Wanted
from portal.corporate.souvenirs import actions
from portal.corporate.souvenirs.actions import Entered
from portal.corporate.souvenirs.models import Souvenir
from portal.hotel.models import Property
from portal.people.models import Person
from portal.programme import queries as programme

LANGUAGES = ("en", "ru")
RESERVED_DAYS_BEFORE = 6
LAST_YEAR = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Offered:
    """One souvenir of the demo; `city` and `resort` are how many came to each hotel."""

    key: str
    drawing: str
    name: tuple[str, str]
    description: tuple[str, str]
    points: int | None
    city: int
    resort: int
    low_at: int = 3
    arrival_set: str | None = None


OFFERED = (
    Offered(
        "chocolate", "chocolate", ("Dark chocolate of the house", "Тёмный шоколад нашей кондитерской"),
        ("Eight squares with sea salt, tempered by our own pastry chef.",
         "Восемь долек с морской солью – работа нашего шеф-кондитера."),
        500, 40, 24,
    ),
    Offered(
        "tea", "tea", ("Tea for a late arrival", "Чай для позднего заезда"),
        ("Camomile and lemon verbena in a linen pouch, for twelve cups.",
         "Ромашка и лимонная вербена в льняном мешочке, на двенадцать чашек."),
        600, 30, 18,
    ),
    Offered(
        "notebook", "notebook", ("Notebook in green linen", "Блокнот в зелёном льне"),
        ("Dotted paper, sewn by hand, with a brass-coloured ribbon.",
         "Бумага в точку, ручное шитьё и ляссе цвета латуни."),
        900, 26, 14,
    ),
    Offered(
        "candle", "candle", ("Candle “Evening in the lobby”", "Свеча «Вечер в лобби»"),
        ("Cedar, bergamot, a little smoke: forty hours of it.",
         "Кедр, бергамот и чуть-чуть дыма – на сорок часов."),
        1_200, 12, 2, 4,
    ),
    Offered(
        "umbrella", "umbrella", ("Umbrella of the doorman", "Зонт швейцара"),
        ("The very one that waits at our entrance, with an ash handle.",
         "Тот самый, что ждёт у входа, с ручкой из ясеня."),
        1_800, 8, 6, 2,
    ),
    Offered(
        "pen", "pen", ("Fountain pen", "Перьевая ручка"),
        ("A steel nib and a lacquered body in bottle green.",
         "Стальное перо и лаковый корпус бутылочного цвета."),
        2_500, 5, 3, 2,
    ),
    Offered(
        "robe", "robe", ("Bathrobe with initials", "Халат с инициалами"),
        ("Waffle cotton; we embroider two letters overnight.",
         "Вафельный хлопок; две буквы вышьем за ночь."),
        4_000, 3, 3, 1,
    ),
    Offered(
        "set-s", "parcel", ("Set S", "Набор S"),
        ("Chocolate and a card signed by the front desk.", "Шоколад и открытка с подписью портье."),
        None, 60, 40, 10, "set_s",
    ),
    Offered(
        "set-m", "flask", ("Set M", "Набор M"),
        ("Set S, and a flask of the house’s tea.", "Набор S и термос с чаем нашего дома."),
        None, 30, 20, 5, "set_m",
    ),
    Offered(
        "set-l", "key", ("Set L", "Набор L"),
        ("Set M in a box with the guest’s name, and a brass key-ring.",
         "Набор M в именной коробке и латунный брелок."),
        None, 10, 4, 3, "set_l_named",
    ),
)  # fmt: skip
RESERVED = (("notebook", "city", 3, 1), ("tea", "city", 0, 1))
"""Which, at which hotel, so many days from today on, and how many."""


def make(
    account: Account,
    *,
    houses: Mapping[str, Property],
    cards: Sequence[Card],
    booker: Person,
    manager: Person,
    today: date,
    at: datetime,
) -> None:
    """Fill the shelves some months ago, and reserve a few things lately."""
    shelf = {each.key: _offer(each, houses, by_id=manager.id, at=at - LAST_YEAR) for each in OFFERED}
    for number, (key, house, day, quantity) in enumerate(RESERVED):
        card = accounts.card_by_number(cards[number].number)
        wanted = Wanted(shelf[key], houses[house], card, today + timedelta(days=day), quantity)
        reservations.reserve(
            token=_fixed(f"reserved/{number}"), account_id=account.id, wanted=wanted, seen_points=None,
            by_id=booker.id, at=at - timedelta(days=RESERVED_DAYS_BEFORE),
        )  # fmt: skip


def _offer(each: Offered, houses: Mapping[str, Property], *, by_id: int, at: datetime) -> Souvenir:
    found = actions.add_souvenir(
        token=_fixed(each.key),
        entered=Entered(
            name=dict(zip(LANGUAGES, each.name, strict=True)),
            description=dict(zip(LANGUAGES, each.description, strict=True)),
            points=each.points,
            arrival_set=each.arrival_set,
            drawing=each.drawing,
        ),
        in_force=programme.rules_in_force(at.date()),
        by_id=by_id,
        at=at,
    )
    for house, quantity in (("city", each.city), ("resort", each.resort)):
        property_id = houses[house].id
        actions.count_in(
            token=_fixed(f"{each.key}/{house}"), souvenir=found, property_id=property_id, quantity=quantity,
            reason="", by_id=by_id, at=at,
        )  # fmt: skip
        actions.warn_at(souvenir=found, property_id=property_id, low_at=each.low_at, by_id=by_id, at=at)
    actions.offer(souvenir=found, languages=LANGUAGES, by_id=by_id, at=at)
    return found


def _fixed(key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:souvenir/{key}")

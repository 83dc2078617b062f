"""The agreement in the demo: a first version that Anna accepted, and a second that waits for her."""

import uuid
from datetime import datetime, timedelta

from portal.accounts.models import Account
from portal.clock import local_date
from portal.corporate.agreements import actions
from portal.hotel import queries as hotel
from portal.people.models import Person

TITLE = {"en": "Agreement with corporate clients", "ru": "Соглашение с корпоративными клиентами"}
FIRST = {
    "en": (
        "# What it is about\n\n"
        "The hotels of the group grant the company tiers, points and prices as the rules of the programme "
        "say on the day of each booking.\n\n"
        "# Who acts for the company\n\n"
        "Whoever runs the account names those who book and travel for the company, and takes them off when "
        "they leave it.\n\n"
        "# Prices and points\n\n"
        "A net rate agreed with a hotel stands in the company's contract and goes before a discount of the "
        "programme. Points are no money: they are spent on what the programme offers.\n\n"
        "# Its end\n\n"
        "Either side may end the agreement with a month's notice. What was booked is kept."
    ),
    "ru": (
        "# О чём соглашение\n\n"
        "Отели группы предоставляют компании уровни, баллы и цены по правилам программы, действующим в день "
        "бронирования.\n\n"
        "# Кто действует от имени компании\n\n"
        "Администратор клиента указывает, кто бронирует и ездит от имени компании, и исключает тех, кто "
        "из неё ушёл.\n\n"
        "# Цены и баллы\n\n"
        "Нетто-тариф, согласованный с отелем, записан в договоре компании и имеет преимущество перед скидкой "
        "программы. Баллы не являются деньгами: их тратят на то, что предлагает программа.\n\n"
        "# Прекращение\n\n"
        "Любая сторона может прекратить соглашение, предупредив за месяц. Забронированное остаётся в силе."
    ),
}
ADDED = {
    "en": (
        "\n\n# Guests of the company\n\n"
        "Passes and closed events are for guests whom the company names; it tells them that their name is "
        "known to the hotel, and the hotel forgets it thirty days after the visit."
    ),
    "ru": (
        "\n\n# Гости компании\n\n"
        "Гостевые пропуска и закрытые мероприятия предназначены для гостей, которых называет компания; она "
        "сообщает им, что их имя известно отелю, а отель забывает его через тридцать дней после визита."
    ),
}


def make(ours: Account, *, head: Person, publisher: Person, at: datetime) -> None:
    """Two versions; the old one still holds for a while."""
    first_at, second_at = at - timedelta(days=385), at - timedelta(days=3)
    first = actions.publish(
        token=_token(1), number=1, title=TITLE, body=FIRST, old_until=None,
        by=publisher.id, at=first_at,
    )  # fmt: skip
    actions.accept(
        public_id=first.public_id, account_id=ours.id, account=ours.public_id, locale=head.locale,
        by=head.id, at=first_at + timedelta(days=2),
    )  # fmt: skip
    actions.publish(
        token=_token(2), number=2, title=TITLE,
        body={code: text + ADDED[code] for code, text in FIRST.items()},
        old_until=local_date(second_at, hotel.house_zone()) + timedelta(days=45),
        by=publisher.id, at=second_at,
    )  # fmt: skip


def _token(number: int) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:agreement/{number}")

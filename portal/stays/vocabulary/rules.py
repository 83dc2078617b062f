"""Headers and words of the canonical format, English and Russian.

Headers and words are compared folded (`files.rules.fold_header`): case, ё and signs make no difference.
"""

from portal.hotel.models import Category
from portal.stays.models import StayStatus

# Field, its Russian header, other headers for it. The English header is the field itself.
HEADERS: tuple[tuple[str, ...], ...] = (
    ("source", "Источник", "Система"),
    ("property_code", "Код отеля", "Отель", "property", "hotel"),
    ("reservation_id", "Номер брони", "Бронь", "ID брони", "reservation"),
    ("confirmation_no", "Номер подтверждения", "confirmation"),
    ("status", "Статус"),
    ("company_code", "Код компании"),
    ("company_name", "Компания", "Название компании", "company"),
    ("company_tax_id", "ИНН", "ИНН компании", "VAT ID", "tax_id"),
    ("corporate_code", "Корпоративный код"),
    ("rate_code", "Код тарифа", "Тариф"),
    ("market_code", "Код рынка", "Сегмент", "segment"),
    ("block_code", "Код группы", "Блок"),
    ("booker_name", "Бронировщик", "Имя бронировщика"),
    ("booker_email", "Почта бронировщика", "E-mail бронировщика"),
    ("guest_name", "Гость", "Имя гостя", "ФИО гостя"),
    ("guest_email", "Почта гостя", "E-mail гостя"),
    ("membership_no", "Номер карты", "Карта гостя", "card_number"),
    ("arrival", "Заезд", "Дата заезда"),
    ("departure", "Выезд", "Дата выезда"),
    ("checked_in_at", "Заселён", "Время заезда", "Заселен в"),
    ("checked_out_at", "Выселен", "Время выезда", "Выселен в"),
    ("room_type", "Тип номера", "Категория номера"),
    ("room_no", "Номер комнаты", "Комната", "room"),
    ("adults", "Взрослых", "Взрослые"),
    ("children", "Детей", "Дети"),
    ("purpose", "Цель поездки", "Цель"),
    ("currency", "Валюта"),
    ("folio_no", "Номер счёта", "Счёт", "folio"),
    ("folio_window", "Окно счёта", "Окно"),
    ("payer_type", "Плательщик", "Тип плательщика"),
    ("line_id", "Номер строки", "ID строки", "line"),
    ("reverses_line_id", "Сторно строки", "Сторнирует строку"),
    ("service_date", "Дата услуги"),
    ("revenue_date", "Дата выручки"),
    ("trx_code", "Код операции"),
    ("trx_text", "Операция", "Описание", "description"),
    ("category", "Категория", "Вид услуги"),
    ("quantity", "Количество", "Кол-во"),
    ("net", "Нетто", "Сумма без НДС", "net_amount"),
    ("vat_rate", "Ставка НДС"),
    ("vat", "НДС", "Сумма НДС"),
    ("gross", "Брутто", "Сумма с НДС", "gross_amount"),
    ("is_payment", "Оплата", "Это оплата", "payment"),
    ("paid_at", "Оплачено", "Дата оплаты"),
)
FIELDS = tuple(names[0] for names in HEADERS)
STATUSES = {
    StayStatus.CHECKED_OUT: ("checked_out", "checkedout", "check_out", "processed", "выехал", "выселен"),
    StayStatus.CANCELLED: ("cancelled", "canceled", "отменено", "отменена", "аннулировано", "отмена"),
    StayStatus.NO_SHOW: ("no_show", "noshow", "незаезд", "не_заехал"),
    StayStatus.IN_HOUSE: ("in_house", "inhouse", "checked_in", "проживает", "заселен"),
    StayStatus.EXPECTED: ("expected", "reserved", "confirmed", "ожидается", "забронировано"),
}
THIRD_PARTY = "third_party"
CATEGORIES = {
    Category.ROOMS.value: ("rooms", "room", "accommodation", "проживание", "номера"),
    Category.FOOD_AND_DRINK.value: ("food_and_drink", "f_b", "food", "питание", "еда_и_напитки", "ресторан"),
    Category.HALLS_AND_EQUIPMENT.value: (
        "halls_and_equipment", "halls", "events", "залы_и_оборудование", "залы", "мероприятия",
    ),
    Category.OTHER_SERVICES.value: (
        "other_services", "other", "services", "прочие_услуги", "прочее", "услуги",
    ),
    THIRD_PARTY: (
        "third_party", "city_tax", "tax", "paid_out", "сторонние_услуги", "налог", "курортный_сбор",
        "туристический_налог",
    ),
}  # fmt: skip

STATUS_BY_WORD = {word: status.value for status, words in STATUSES.items() for word in words}
CATEGORY_BY_WORD = {word: category for category, words in CATEGORIES.items() for word in words}

"""The forecast of a standing, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "outlook.counted": _l(
        "On %(day_date)s there will still be in the window: %(slept_nights)s slept, %(spend_cents)s of "
        "spend, of it %(event_cents)s of events."
    ),
    "outlook.counted_nights": _l(
        "On %(day_date)s there will still be in the window: %(slept_nights)s slept, and %(event_cents)s of "
        "events."
    ),
    "outlook.counted_eventless": _l(
        "On %(day_date)s there will still be in the window: %(slept_nights)s slept, %(spend_cents)s of spend."
    ),
    "outlook.counted_nights_eventless": _l(
        "On %(day_date)s there will still be in the window: %(slept_nights)s slept."
    ),
    "outlook.counted_spend": _l(
        "On %(day_date)s there will still be in the window: %(spend_cents)s of spend."
    ),
    "outlook.leaves": _l(
        "Between %(as_of_date)s and then leaves it: %(slept_nights)s, %(spend_cents)s of spend, of it "
        "%(event_cents)s of events."
    ),
    "outlook.leaves_nights": _l(
        "Between %(as_of_date)s and then leaves it: %(slept_nights)s, and %(event_cents)s of events."
    ),
    "outlook.leaves_eventless": _l(
        "Between %(as_of_date)s and then leaves it: %(slept_nights)s, %(spend_cents)s of spend."
    ),
    "outlook.leaves_nights_eventless": _l("Between %(as_of_date)s and then leaves it: %(slept_nights)s."),
    "outlook.leaves_spend": _l("Between %(as_of_date)s and then leaves it: %(spend_cents)s of spend."),
    "outlook.paid": _l(
        "By what has happened and is paid alone: %(qualified_nights)s qualified, %(spend_cents)s. That is "
        "%(tier)s."
    ),
    "outlook.paid_nights": _l(
        "By what has happened and is paid alone: %(qualified_nights)s qualified. That is %(tier)s."
    ),
    "outlook.paid_spend": _l("By what has happened and is paid alone: %(spend_cents)s. That is %(tier)s."),
    "outlook.booked": _l(
        "Booked to be delivered before then, or delivered and not paid yet: %(slept_nights)s, "
        "%(spend_cents)s of spend, of it %(event_cents)s of events. It can still be cancelled."
    ),
    "outlook.booked_nights": _l(
        "Booked to be delivered before then, or delivered and not paid yet: %(slept_nights)s, and "
        "%(event_cents)s of events. It can still be cancelled."
    ),
    "outlook.booked_eventless": _l(
        "Booked to be delivered before then, or delivered and not paid yet: %(slept_nights)s, "
        "%(spend_cents)s of spend. It can still be cancelled."
    ),
    "outlook.booked_nights_eventless": _l(
        "Booked to be delivered before then, or delivered and not paid yet: %(slept_nights)s. It can "
        "still be cancelled."
    ),
    "outlook.booked_spend": _l(
        "Booked to be delivered before then, or delivered and not paid yet: %(spend_cents)s of spend. It can "
        "still be cancelled."
    ),
    "outlook.with_booked": _l(
        "If all of it takes place and is paid, and nothing more comes: %(qualified_nights)s qualified, "
        "%(spend_cents)s. That is %(tier)s."
    ),
    "outlook.with_booked_nights": _l(
        "If all of it takes place and is paid, and nothing more comes: %(qualified_nights)s qualified. "
        "That is %(tier)s."
    ),
    "outlook.with_booked_spend": _l(
        "If all of it takes place and is paid, and nothing more comes: %(spend_cents)s. That is %(tier)s."
    ),
    "outlook.too_little": _l(
        "What else will come cannot be said: it takes %(least)s past stretches of as many days (%(days)s), "
        "and there are %(stretches)s."
    ),
    "outlook.past": _l(
        "What else may come is taken from the company's own past: stretches of as many days (%(days)s) "
        "that do not overlap, each laid behind what is paid. There are %(stretches)s. Seasons are not "
        "taken out."
    ),
    "outlook.at_least_booked": _l(
        "A stretch that brought less than is booked now is taken as what is booked, as if none of it were "
        "cancelled."
    ),
    "outlook.between": _l(
        "At least eight in ten such stretches end between %(low_nights)s and %(high_nights)s qualified, half "
        "of them at %(middle_nights)s or fewer; with a spend between %(low_cents)s and %(high_cents)s, half "
        "of them at %(middle_cents)s or less."
    ),
    "outlook.between_nights": _l(
        "At least eight in ten such stretches end between %(low_nights)s and %(high_nights)s qualified, half "
        "of them at %(middle_nights)s or fewer."
    ),
    "outlook.between_spend": _l(
        "At least eight in ten such stretches end with a spend between %(low_cents)s and %(high_cents)s, "
        "half of them at %(middle_cents)s or less."
    ),
    "outlook.kept": _l("%(tier)s or more is reached by %(kept)s of %(stretches)s."),
}
OUTCOMES: dict[str, LazyString] = {
    "kept": _l("kept"),
    "up": _l("a higher tier"),
    "down": _l("one level down"),
    "grace_started": _l("days of grace begin"),
    "in_grace": _l("still in the days of grace"),
    "grace_cleared": _l("kept, and the days of grace end"),
}

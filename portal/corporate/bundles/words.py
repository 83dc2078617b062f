"""Words of ordering: units of services, and why an order cannot be taken as it stands."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.bundles import rules
from portal.hotel.models import Unit
from portal.programme.rules import Refusal
from portal.web.formats import cents, count

PER_UNIT: dict[str, LazyString] = {
    Unit.HOUR: _l("%(price)s an hour"),
    Unit.DAY: _l("%(price)s a day"),
    Unit.PIECE: _l("%(price)s each"),
    Unit.PERSON: _l("%(price)s a person"),
    Unit.RIDE: _l("%(price)s a ride"),
}
UNITS: dict[str, LazyString] = {
    Unit.HOUR: lazy_pgettext("unit", "hour"),
    Unit.DAY: lazy_pgettext("unit", "day"),
    Unit.PIECE: lazy_pgettext("unit", "piece"),
    Unit.PERSON: lazy_pgettext("unit", "person"),
    Unit.RIDE: lazy_pgettext("unit", "ride"),
}
"""The unit alone, beside a column of numbers."""
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NothingChosen: _l("Nothing is chosen yet. Give at least one service a quantity."),
    rules.NotOffered: _l("This hotel does not offer it. Leave it out, or choose another hotel."),
    rules.TooMany: _l("That is more than we can promise: at most %(amount)s. Choose fewer, or call us."),
    rules.TimeDoesNotExist: _l(
        "%(local_time)s does not exist on %(day_date)s: the clocks go forward. Choose an hour later."
    ),
    rules.NotOnTheFive: _l("We plan in steps of five minutes. Round %(local_time)s."),
    rules.NoTimeAtAll: _l("It ends when it begins. Choose a later end."),
    rules.TooFarAhead: _l("Prices are known until %(last_date)s. Choose an earlier day."),
    rules.TooLate: _l(
        "It has to be ordered %(hours)s h ahead: the order closed on %(cut_off_at)s. "
        "The earliest beginning now is %(earliest_at)s."
    ),
}


def unit_price(offer: rules.Offer, currency: str) -> str:
    """What one unit of a service costs, as listed."""
    return str(PER_UNIT[offer.unit]) % {"price": cents(offer.unit_price_cents, currency)}


def amount(quantity: int, unit: str) -> str:
    """A quantity in the unit of its service: 4 hours, 1 ride."""
    match unit:
        case Unit.HOUR:
            said = ngettext("%(count)s hour", "%(count)s hours", quantity, count=count(quantity))
        case Unit.DAY:
            said = ngettext("%(count)s day", "%(count)s days", quantity, count=count(quantity))
        case Unit.PERSON:
            said = ngettext("%(count)s person", "%(count)s people", quantity, count=count(quantity))
        case Unit.RIDE:
            said = ngettext("%(count)s ride", "%(count)s rides", quantity, count=count(quantity))
        case _:
            said = ngettext("%(count)s piece", "%(count)s pieces", quantity, count=count(quantity))
    return str(said)

"""What was bought, by name."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.hotel.models import ServiceKind
from portal.insight.purchases.rules import Purchase

KINDS: dict[str, LazyString] = {
    ServiceKind.ROOM: _l("room"),
    ServiceKind.MEAL: _l("food and drink"),
    ServiceKind.HALL: _l("hall"),
    ServiceKind.AV: _l("hall equipment"),
    ServiceKind.WAITER: _l("waiter"),
    ServiceKind.INTERPRETER: _l("interpreter"),
    ServiceKind.CONFERENCE_CALL: _l("conference call"),
    ServiceKind.TAXI: _l("taxi"),
    ServiceKind.LAUNDRY: _l("laundry"),
    ServiceKind.TICKET: _l("tickets"),
    ServiceKind.COURTESY: _l("courtesy"),
    "other": _l("other"),
}


def kinds(bought: Purchase) -> str:
    """The kinds of service of one purchase, in the order of the catalogue."""
    own = {kind for kind, _cents in bought.kinds}
    return ", ".join(str(name) for kind, name in KINDS.items() if kind in own)

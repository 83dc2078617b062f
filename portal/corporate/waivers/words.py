"""Words of decisions about compensation."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.waivers import rules

REFUSALS: dict[type[Exception], LazyString] = {
    rules.NothingGiven: _l("Nothing stands to be decided here: reload the list."),
    rules.DecidedAlready: _l("A colleague has decided this: %(reason)s"),
    rules.OwnDelivery: _l("You noted this delivery yourself. A second person decides: ask a colleague."),
    rules.NotYourDecision: _l("A colleague decided this; only they can undo it."),
    rules.TooLateToUndo: _l("A decision is undone within ten minutes. Give points by hand instead."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "booking.waive": _l("Compensation for a broken promise decided against"),
    "booking.undo_waiver": _l("Compensation given after all"),
}

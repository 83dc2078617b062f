"""Words of broken promises."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.waivers import words as waivers
from portal.programme.rules import Refusal
from portal.staff.breaches.queries import Tab

TABS: dict[Tab, LazyString] = {
    Tab.WAITING: _l("Nobody noted what came"),
    Tab.COMPENSATED: _l("Compensated"),
    Tab.DECIDED: _l("Decided against"),
    Tab.NOTHING: _l("Nothing by the table"),
}


def refused(refusal: Refusal) -> str:
    """A refusal in words; one of the ledger below is said as one."""
    if (said := waivers.REFUSALS.get(type(refusal))) is not None:
        return str(said) % refusal.values
    return _("The points could not be moved, so nothing was decided. Try again, or tell the loyalty manager.")


def finding(counts: dict[Tab, int]) -> str:
    """What the page says in one line."""
    if number := counts[Tab.WAITING]:
        return ngettext("%(num)s promise waits to be noted", "%(num)s promises wait to be noted", number)
    broken = counts[Tab.COMPENSATED] + counts[Tab.DECIDED] + counts[Tab.NOTHING]
    if not broken:
        return _("No promise was broken")
    return ngettext(
        "%(num)s broken promise, and it is answered", "%(num)s broken promises, and all are answered", broken
    )

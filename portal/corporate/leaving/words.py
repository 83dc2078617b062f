"""What is said of people who leave."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.leaving import rules
from portal.corporate.people.words import REFUSALS as PEOPLE_REFUSALS

REFUSALS: dict[type[Exception], LazyString] = {
    **PEOPLE_REFUSALS,
    rules.SaidNothing: _l("Choose who takes over what is still to come, or say why nobody does."),
    rules.CannotTakeOver: _l("Choose somebody who books for your company; the list is up to date now."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {"person.leave_company": _l("Left a company")}
SIGHT_PAGES: dict[str, LazyString] = {"company.leaving": _l("what you still look after in your company")}

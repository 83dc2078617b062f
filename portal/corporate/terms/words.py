"""Terms of a hotel in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from portal.corporate.terms import rules
from portal.corporate.terms.models import TermKind
from portal.hotel.models import Service
from portal.programme.rules import Refusal
from portal.web.pages import locale_code
from portal.web.texts import in_language

REFUSALS: dict[type[Refusal], LazyString] = {
    rules.TermOutOfRange: _l("Enter a number from %(least)s to %(most)s."),
    rules.TermOfThePast: _l("It can hold from %(today_date)s on. Choose that day or a later one."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {"term.set": _l("Term of a hotel set")}
AUDIT_SUBJECTS: dict[str, LazyString] = {"house_term": _l("Term of a hotel")}


def name(kind: str, service: Service | None) -> str:
    """What a term is about."""
    if service is None:
        return _("Quotes are valid for")
    said = in_language(service.name, locale_code())
    if kind == TermKind.STAFF_AT_ONCE:
        return _("%(service)s: at the same time", service=said)
    return _("%(service)s: partners answer within", service=said)


def amount(kind: str, value: int | None) -> str:
    """What a term says; none where nobody has set it."""
    if value is None:
        return _("no limit") if kind == TermKind.STAFF_AT_ONCE else _("not asked")
    if kind == TermKind.QUOTE_DAYS:
        return ngettext("%(num)s day", "%(num)s days", value)
    if kind == TermKind.ANSWER_HOURS:
        return ngettext("%(num)s hour", "%(num)s hours", value)
    return ngettext("%(num)s person", "%(num)s people", value)

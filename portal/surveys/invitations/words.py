"""Words of asking: why somebody was left alone, and what the audit calls it."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.surveys.invitations.models import LeftOut

LEFT_OUT: dict[str, LazyString] = {
    LeftOut.OPTED_OUT: _l("does not wish to be asked"),
    LeftOut.NO_ADDRESS: _l("has no e-mail address here"),
    LeftOut.CONTACT_BUDGET: _l("was asked less than the contact budget's days ago"),
    LeftOut.TAKEN_BACK: _l("what it was about was undone"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"survey": _l("Survey")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "survey.schedule": _l("Survey planned"),
    "survey.take_back": _l("Survey taken back: what it was about was undone"),
    "survey.submit": _l("Survey sent in"),
    "survey.opt_out": _l("Opted out of surveys"),
    "survey.opt_in": _l("Opted in to surveys again"),
}

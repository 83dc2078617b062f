"""What is said of wishes to be forgotten."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.people.erasures import rules
from portal.people.erasures.models import Channel, Ground, Outcome
from portal.people.roles.rules import LastAdministrator

ERASED_PERSON = _l("Erased person")
"""What stands where the name stood, in the language that the person read."""

GROUNDS: dict[Ground, LazyString] = {
    Ground.CONTRACT: _l("Services that are booked or not yet paid need it"),
    Ground.CLAIM: _l("It is needed for a claim that is not settled"),
    Ground.LEGAL_DUTY: _l("The law obliges the hotel to keep it for a time"),
    Ground.IDENTITY: _l("It is not certain that the person asked themselves"),
}
CHANNELS: dict[Channel, LazyString] = {
    Channel.LETTER: _l("By letter"),
    Channel.EMAIL: _l("By e-mail"),
    Channel.PHONE: _l("By telephone"),
    Channel.IN_PERSON: _l("In person"),
}
OUTCOMES: dict[str, tuple[str, LazyString]] = {
    Outcome.ERASED: ("ok", _l("erased")),
    Outcome.REFUSED: ("warn", _l("refused")),
    Outcome.WITHDRAWN: ("", _l("taken back")),
}
REFUSALS: dict[type[Exception], LazyString] = {
    rules.SettledAlready: _l("This was settled meanwhile. Nothing was changed now."),
    rules.BegunAlready: _l("It is being carried out, and what is erased does not come back."),
    rules.NotBegun: _l("Nothing was begun that could go on."),
    rules.StillGoingOn: _l("The work goes on already. Have a look in a moment."),
    rules.AskedTooEarly: _l("Choose a day of the last twelve months, up to today."),
    rules.ErasedAlready: _l("This person is forgotten already."),
    rules.OwnErasure: _l("Nobody decides about their own data. Ask another administrator."),
    LastAdministrator: _l(
        "Nobody else administers their company or the group. Make another person administrator first."
    ),
}
SIGHT_PAGES: dict[str, LazyString] = {
    "people.erasure": _l("your wish to be forgotten"),
    "people.erasures": _l("the list of wishes to be forgotten"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"erasure": _l("Erasure of a person’s data")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "erasure.ask": _l("Erasure asked for"),
    "erasure.withdraw": _l("Erasure no longer wanted"),
    "erasure.refuse": _l("Erasure refused"),
    "erasure.begin": _l("Erasure begun: access ended"),
    "erasure.carry_out": _l("Person’s data erased"),
}

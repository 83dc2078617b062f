"""What is said of a list of people and its rows."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.people.words import ROLES
from portal.corporate.rosters import rules
from portal.corporate.rosters.rules import Decided, Outcome
from portal.programme.rules import Refusal
from portal.stays.files import words as file_words
from portal.stays.files.rules import FileRefused
from portal.stays.workbooks import words as book_words
from portal.web import why

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.REFUSED: _l("Not taken"),
    Outcome.INVITED: _l("Gets an invitation"),
    Outcome.CARD: _l("Gets a card"),
    Outcome.KNOWN: _l("Known already"),
}
TAGS: dict[Outcome, str] = {
    Outcome.REFUSED: "bad",
    Outcome.INVITED: "ok",
    Outcome.CARD: "ok",
    Outcome.KNOWN: "",
}
REASONS: dict[str, LazyString] = {
    "unreadable": _l(
        "The row has a formula, an error of the spreadsheet, or more or fewer columns than the header. Put "
        "plain values there."
    ),
    "name_missing": _l("The name is empty. Fill it in as it stands in the passport."),
    "name_formula": _l("The name begins with =, +, − or @, as a formula does. Remove that sign."),
    "name_too_long": _l("The name has %(found)s characters; at most %(limit)s are taken. Shorten it."),
    "email_missing": _l("Whoever books or administers signs in: enter their work e-mail."),
    "email_wrong": _l("“%(value)s” is no e-mail address. Write one like name@company.com."),
    "role_unknown": _l("“%(value)s” is no role. Write traveller, booker or administrator."),
    "language_unknown": _l("“%(value)s” is no language of the portal. Write en or ru."),
    "repeats": _l("Repeats row %(row)s. Leave one of them out."),
    "has_card": _l("A traveller of this name is among your people."),
    "invited_already": _l("A letter is under way to this address."),
    "has_roles": _l("Among your people, with these roles."),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.FileTooLarge: _l("The file is larger than %(kibibytes)s KiB. Leave nothing but the people in it."),
    rules.TooManyRows: _l("There are more than %(limit)s people in the file. Split it and upload the parts."),
}
READ_AS: dict[str, LazyString] = {
    "xlsx": _l("Read as an Excel workbook."),
    "utf-8": _l("Letters read as UTF-8."),
    "utf-8-sig": _l("Letters read as UTF-8."),
    "cp1251": _l("Letters read as Windows-1251 (Cyrillic)."),
}
AUDIT_ACTIONS: dict[str, LazyString] = {"roster.import": _l("People taken over from a file")}


def refused(refusal: FileRefused | Refusal) -> str:
    """Why a whole file cannot be taken, and what to do."""
    if isinstance(refusal, Refusal):
        return why.fill(REFUSALS[type(refusal)], refusal.values)
    if refusal.code == "too_many_rows":
        return why.fill(REFUSALS[rules.TooManyRows], {"limit": rules.MOST_ROWS})
    if (sentence := book_words.REFUSALS.get(refusal.code)) is not None:
        return str(sentence) % refusal.values
    return file_words.refusal(refusal.code, refusal.values)


def reason(each: Decided) -> str:
    """Why a row has its outcome, with the remedy."""
    return str(REASONS[each.reason]) % dict(each.values or {}) if each.reason else ""


def roles(each: Decided) -> str:
    """The roles by name."""
    return ", ".join(str(ROLES[role]) for role in each.roles)

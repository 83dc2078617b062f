"""What a row of a company's list of people says, and what would become of it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from email_validator import EmailNotValidError, validate_email

from portal.people.forms import ADDRESS_CHARACTERS, NAME_CHARACTERS
from portal.people.models import CLIENT_ROLES, Role
from portal.people.rules import fold_address
from portal.programme.rules import Refusal
from portal.stays.files.rules import fold_header
from portal.stays.rules import RowFault
from portal.web.folding import search_key

MOST_ROWS = 200
MOST_BYTES = 1024 * 1024
FIELDS = ("name", "email", "roles", "language")
REQUIRED = ("name",)
COLUMNS: dict[str, str] = {
    "name": "name", "full_name": "name", "имя": "name", "фио": "name", "имя_и_фамилия": "name",
    "email": "email", "e_mail": "email", "work_e_mail": "email", "почта": "email",
    "эл_почта": "email", "электронная_почта": "email", "рабочая_почта": "email",
    "roles": "roles", "role": "roles", "роли": "roles", "роль": "roles",
    "language": "language", "язык": "language",
}  # fmt: skip
ROLES: dict[str, Role] = {
    "traveller": Role.TRAVELLER, "traveler": Role.TRAVELLER, "командированный": Role.TRAVELLER,
    "booker": Role.BOOKER, "бронировщик": Role.BOOKER,
    "administrator": Role.ACCOUNT_ADMINISTRATOR, "account_administrator": Role.ACCOUNT_ADMINISTRATOR,
    "администратор": Role.ACCOUNT_ADMINISTRATOR, "администратор_клиента": Role.ACCOUNT_ADMINISTRATOR,
}  # fmt: skip
LANGUAGES: dict[str, str] = {
    "en": "en", "english": "en", "английский": "en", "ru": "ru", "russian": "ru", "русский": "ru",
}  # fmt: skip
BETWEEN_ROLES = ",;/+&"
FORMULA = ("=", "+", "-", "@")


class FileTooLarge(Refusal):
    """The file is larger than a list of people is: `kibibytes`."""


class TooManyRows(Refusal):
    """There are more rows than are taken at once: `limit`."""


class Outcome(StrEnum):
    """What becomes of a row, in the order of the page."""

    REFUSED = "refused"
    INVITED = "invited"
    """A letter goes out."""
    CARD = "card"
    """A traveller without an address: the card is enough."""
    KNOWN = "known"
    """Nothing changes."""


@dataclass(frozen=True, slots=True)
class Told:
    """A row as it stood in the file."""

    row_no: int
    name: str
    email: str
    roles: str
    language: str
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the company has already."""

    roles: Mapping[str, AbstractSet[str]]
    """The roles that the holder of an address has in the company."""
    invited: AbstractSet[str]
    """Addresses to which a letter is under way."""
    travellers: AbstractSet[str]
    """The names, folded, of people who have no address."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A row with what becomes of it; `reason` and `values` say why where it is not simply new."""

    told: Told
    outcome: Outcome
    roles: tuple[Role, ...] = ()
    locale: str = ""
    reason: str = ""
    values: Mapping[str, str | int] | None = None


def decide(rows: Sequence[Told], *, known: Known, locale: str) -> list[Decided]:
    """What becomes of each row, in their order; `locale` is for whoever names no language."""
    seen: dict[str, int] = {}
    return [_decided(told, known, seen, locale) for told in rows]


def _decided(told: Told, known: Known, seen: dict[str, int], locale: str) -> Decided:
    try:
        _check_readable(told)
        roles, language = _roles(told.roles), _language(told.language) or locale
        _check_name(told.name)
        email = _email(told.email, roles)
        key = email or search_key(told.name)
        _check_single(key, seen)
    except RowFault as fault:
        return Decided(told, Outcome.REFUSED, reason=fault.code, values=fault.values)
    seen[key] = told.row_no
    if not email:
        is_known = key in known.travellers
        outcome = Outcome.KNOWN if is_known else Outcome.CARD
        return Decided(told, outcome, roles, language, "has_card" if is_known else "")
    if email in known.invited:
        return Decided(told, Outcome.KNOWN, roles, language, "invited_already")
    if set(roles) <= known.roles.get(email, frozenset()):
        return Decided(told, Outcome.KNOWN, roles, language, "has_roles")
    return Decided(told, Outcome.INVITED, roles, language)


def _check_readable(told: Told) -> None:
    if not told.is_readable:
        raise RowFault("unreadable")


def _check_single(key: str, seen: Mapping[str, int]) -> None:
    if key in seen:
        raise RowFault("repeats", row=seen[key])


def _check_name(name: str) -> None:
    if not name:
        raise RowFault("name_missing")
    if name.startswith(FORMULA):
        raise RowFault("name_formula")
    if len(name) > NAME_CHARACTERS:
        raise RowFault("name_too_long", found=len(name), limit=NAME_CHARACTERS)


def _email(text: str, roles: tuple[Role, ...]) -> str:
    if not text:
        if roles != (Role.TRAVELLER,):
            raise RowFault("email_missing")
        return ""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        raise RowFault("email_wrong", value=text[:60]) from None
    if len(text) > ADDRESS_CHARACTERS:
        raise RowFault("email_wrong", value=text[:60])
    return fold_address(text)


def _roles(text: str) -> tuple[Role, ...]:
    """The roles that are named; a traveller where none is."""
    for sign in BETWEEN_ROLES[1:]:
        text = text.replace(sign, BETWEEN_ROLES[0])
    found: set[Role] = set()
    for word in filter(None, (part.strip() for part in text.split(BETWEEN_ROLES[0]))):
        role = ROLES.get(fold_header(word))
        if role is None:
            raise RowFault("role_unknown", value=word[:60])
        found.add(role)
    return tuple(role for role in Role if role in found & CLIENT_ROLES) or (Role.TRAVELLER,)


def _language(text: str) -> str:
    if not text:
        return ""
    if (found := LANGUAGES.get(fold_header(text))) is None:
        raise RowFault("language_unknown", value=text[:60])
    return found

"""Who may sign in, for how long, and what the house keeps of a secret."""

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.people.models import AddressChange, PasswordReset

LinkT = TypeVar("LinkT", PasswordReset, AddressChange)

SEEN_EVERY = timedelta(minutes=5)
VISIT_LIFE = timedelta(hours=12)
KEPT_LIFE = timedelta(days=30)

# 19 MiB and two passes: the floor that OWASP names, about 40 ms; the library's default takes four times that.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The hash of a password that nobody has: an unknown address costs the same work as a known one.
NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$x68aoSms7SObmBVwSavv/Q$2ed6mW7n/qMQpW3WnYkfHGpLN1FeaY+fBEaNZOhMjbY"
)


class SignInRefused(Exception):
    """The address or the password is wrong, or the person has left; which of them is not said."""


class WrongPassword(Exception):
    """The current password, asked again before something that matters, is not right."""


class AddressTaken(Exception):
    """Somebody else signs in with this address."""


class PersonHasLeft(Exception):
    """Their access has ended; it must be opened again first."""


class LinkTrouble(StrEnum):
    """Why a link from a letter opens nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SENDER_NOT_ENTITLED = "sender_not_entitled"
    HOUSE_CLOSED = "house_closed"


class LinkRefused(Exception):
    """A link from a letter opens nothing; the trouble tells why."""

    def __init__(self, trouble: LinkTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


def usable(link: LinkT | None, *, at: datetime) -> LinkT:
    """The link, if it opens something; raises `LinkRefused` where it is not known, used or too old."""
    if link is None or link.person.left_at is not None:
        raise LinkRefused(LinkTrouble.UNKNOWN)
    check_term(expires_at=link.expires_at, used_at=link.used_at, at=at)
    return link


def check_term(*, expires_at: datetime, used_at: datetime | None, at: datetime) -> None:
    """Refuse what was used or is too old; the instant of expiry is too late."""
    if used_at is not None:
        raise LinkRefused(LinkTrouble.USED)
    if at >= expires_at:
        raise LinkRefused(LinkTrouble.EXPIRED)


def digest(token: str) -> str:
    """What is stored of a secret link or cookie: its SHA-256, since the secret itself is random."""
    return hashlib.sha256(token.encode()).hexdigest()


def fold_address(address: str) -> str:
    """An e-mail address as it is stored and compared."""
    return unicodedata.normalize("NFKC", address).strip().lower()


def hash_password(password: str) -> str:
    """What is stored of a password. Takes about 40 ms: call it outside a transaction."""
    return _hasher.hash(_normal(password))


def is_password(password: str, *, stored: str | None) -> bool:
    """Whether the password is the stored one; the same work where nothing is stored."""
    try:
        _hasher.verify(stored or NOBODYS_HASH, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _normal(password: str) -> str:
    # Two keyboards may write the same letter in two ways.
    return unicodedata.normalize("NFKC", password)


_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Yandex Browser", r"YaBrowser/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(?:Firefox|FxiOS)/"),
    ("Chrome", r"(?:Chrome|CriOS)/"),
    ("Safari", r"Version/.*Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def device_of(user_agent: str) -> str:
    """Browser and system of a sign-in, as its owner would recognise them; empty when unknown."""
    # The whole header would tell more of a device than its owner needs to read.
    found = (_first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent))
    return " · ".join(name for name in found if name)


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for name, pattern in patterns if re.search(pattern, text)), "")

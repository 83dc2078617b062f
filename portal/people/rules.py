"""Who may sign in, for how long, and what the house keeps of a secret."""

import hashlib
import unicodedata
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

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

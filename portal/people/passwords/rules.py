"""How strong a password must be, and how long a link to a new one lives."""

import threading
from collections.abc import Iterable
from datetime import timedelta

from zxcvbn import zxcvbn

LINK_LIFE = timedelta(hours=1)
MINIMUM_CHARACTERS = 10
MINIMUM_SCORE = 3
"""Of 4 on zxcvbn's scale: some 10^8 guesses and more."""
READ_CHARACTERS = 72
"""As far as zxcvbn looks; what follows can only make a password stronger."""

# The library keeps the words of one caller in a table that all threads share.
_one_at_a_time = threading.Lock()


class WeakPassword(Exception):
    """A password that is too short or too easily guessed; says why, and what would help."""

    def __init__(self, warning: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(warning)
        self.warning = warning
        self.suggestions = suggestions


TOO_SHORT = "too_short"


def check_strength(password: str, *, about: Iterable[str]) -> None:
    """Refuse what is easily guessed; words `about` the person (name, address) count as easy."""
    if len(password) < MINIMUM_CHARACTERS:
        raise WeakPassword(TOO_SHORT)
    words = [part for text in about for part in (text, *text.replace("@", " ").replace(".", " ").split())]
    with _one_at_a_time:
        found = zxcvbn(password[:READ_CHARACTERS], user_inputs=words)
    if found["score"] < MINIMUM_SCORE:
        feedback = found["feedback"]
        raise WeakPassword(feedback["warning"], tuple(feedback["suggestions"]))

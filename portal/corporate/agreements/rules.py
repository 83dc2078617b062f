"""Where a company stands with the agreement, and what a new version must allow for."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.programme.rules import Refusal

LETTERS_JOB = "agreements.letters"
LEAST_DAYS = 14
"""For how long, at least, the old version goes on for those who accepted it."""
HEADING = "# "


class AgreementState(StrEnum):
    """Where a company stands."""

    NONE = "none"
    """Nothing has been published."""
    ACCEPTED = "accepted"
    OLD_HOLDS = "old_holds"
    OLD_ENDED = "old_ended"
    NEVER = "never"


class OldEndsTooSoon(Refusal):
    """Companies have less time than they must have: `first_date`."""


class AgreementReplaced(Refusal):
    """A newer version has been published since the page was opened."""


class NumberTaken(Refusal):
    """Another version was published since the form was opened."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of the text; a heading begins with a hash."""

    text: str
    is_heading: bool


def state_of(
    *, current: int | None, accepted: int | None, old_until: date | None, today: date
) -> AgreementState:
    """The state by the number in force and the highest number that the company accepted."""
    if current is None:
        return AgreementState.NONE
    if accepted is None:
        return AgreementState.NEVER
    if accepted >= current:
        return AgreementState.ACCEPTED
    holds = old_until is not None and today <= old_until
    return AgreementState.OLD_HOLDS if holds else AgreementState.OLD_ENDED


def check_notice(old_until: date | None, *, number: int, today: date) -> None:
    """A version after the first leaves the old one in force long enough."""
    first = today + timedelta(days=LEAST_DAYS)
    if number > 1 and (old_until is None or old_until < first):
        raise OldEndsTooSoon(first_date=first.isoformat())


def paragraphs(text: str) -> list[Paragraph]:
    """The text in pieces, as it is shown and printed."""
    pieces = (" ".join(piece.split()) for piece in text.replace("\r\n", "\n").split("\n\n"))
    return [Paragraph(each.removeprefix(HEADING), each.startswith(HEADING)) for each in pieces if each]

"""Questions as they are read from a version, and what counts as an answer to each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.programme.rules import Refusal
from portal.surveys.questionnaires.models import QuestionnaireVersion

AFTER_BOOKING = "after_booking"
COME_AGAIN, RECOMMEND, SERVICES, WORDS, THANKS = "come_again", "recommend", "services", "words", "thanks"
MOST_CHARACTERS = 2000


class Kind(StrEnum):
    """How a question is answered."""

    SCALE = "scale"
    SERVICES = "services"
    TEXT = "text"
    THANKS = "thanks"


class AnswerRefused(Refusal):
    """What was sent is no answer to the question; the class names why."""


class AnswerMissing(AnswerRefused):
    """The question needs an answer."""


class OffTheScale(AnswerRefused):
    """The number is not one of the scale."""


class NotOffered(AnswerRefused):
    """Something was chosen that was not offered."""


class TooManyWords(AnswerRefused):
    """The text is longer than is kept."""


class NobodyThanked(AnswerRefused):
    """There are words of thanks, and nobody whom they are for."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question in every language; `least` to `most` is the scale, or `most` the characters of a text."""

    code: str
    kind: Kind
    text: Mapping[str, str]
    is_required: bool
    least: int = 0
    most: int = 0
    low: Mapping[str, str] = field(default_factory=dict)
    high: Mapping[str, str] = field(default_factory=dict)
    opens_case_up_to: int | None = None
    """A score up to this one opens a case."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What asks for words to whom is thanked; version 1 did not ask for them."""

    @property
    def scale(self) -> range:
        return range(self.least, self.most + 1)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer: a number on a scale, codes that were chosen, or words."""

    number: int | None = None
    chosen: tuple[str, ...] | None = None
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return self.number is None and not self.chosen and not self.words


def questions_of(version: QuestionnaireVersion) -> tuple[Question, ...]:
    """The questions of a version in their order."""
    return tuple(_question(told) for told in version.questions)


def asked_of(version: QuestionnaireVersion, *, has_served: bool) -> tuple[Question, ...]:
    """The questions that can be asked: nobody is asked to thank nobody."""
    about_people = {Kind.SERVICES, Kind.THANKS}
    return tuple(one for one in questions_of(version) if has_served or one.kind not in about_people)


def read_answer(
    question: Question, values: Sequence[str], *, offered: Collection[str], words: str = ""
) -> Given:
    """What was sent, as an answer to this question; refuses by name what is none."""
    given = _read(question, [value.strip() for value in values if value.strip()], offered, words)
    if question.is_required and given.is_empty:
        raise AnswerMissing
    return given


def is_low(questions: Collection[Question], numbers: Mapping[str, int]) -> bool:
    """Whether a score is so low that somebody must answer it."""
    return any(
        one.opens_case_up_to is not None and one.code in numbers and numbers[one.code] <= one.opens_case_up_to
        for one in questions
    )


def _question(told: Mapping[str, Any]) -> Question:
    kind = Kind(told["kind"])
    usual = MOST_CHARACTERS if kind is Kind.TEXT else 0
    return Question(
        code=told["code"],
        kind=kind,
        text=told["text"],
        is_required=told["is_required"],
        least=told.get("from", 0),
        most=told.get("to", told.get("most", usual)),
        low=told.get("low", {}),
        high=told.get("high", {}),
        opens_case_up_to=told.get("opens_case_up_to"),
        words=told.get("words", {}),
    )


def _read(question: Question, values: list[str], offered: Collection[str], words: str) -> Given:
    if question.kind is Kind.SCALE:
        return _number(question, values)
    if question.kind is Kind.TEXT:
        return Given(words=_text(question, "\n".join(values)))
    if not set(values) <= set(offered):
        raise NotOffered
    said = _text(question, words.strip()) if question.words else ""
    if said and not values:
        raise NobodyThanked
    return Given(chosen=tuple(dict.fromkeys(values)), words=said)


def _text(question: Question, text: str) -> str:
    # Line ends come as two characters from a browser and count once, as on the page.
    text = text.replace("\r\n", "\n")
    if len(text) > question.most:
        raise TooManyWords(most=question.most, have=len(text))
    return text


def _number(question: Question, values: list[str]) -> Given:
    if not values:
        return Given()
    numbers = {str(number): number for number in question.scale}
    if len(values) > 1 or values[0] not in numbers:
        raise OffTheScale(least=question.least, most=question.most)
    return Given(number=numbers[values[0]])

"""What may be done with a hand-over, and by whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.programme.rules import Refusal

UNDO_WINDOW = timedelta(minutes=10)


class HandoverRefused(Refusal):
    """It cannot be handed over that way; the class names why."""


class SentByAnother(HandoverRefused):
    """Somebody else sent this very form."""


class TakenAlready(HandoverRefused):
    """A colleague took it over a moment before: `name`."""


class WithdrawnAlready(HandoverRefused):
    """Whoever left it has withdrawn it."""


class OwnShift(HandoverRefused):
    """Whoever goes does not take over from themselves."""


class NothingToUndo(HandoverRefused):
    """The last step was another's, or is more than ten minutes old."""


@dataclass(frozen=True, slots=True)
class Left:
    """What stands open when a shift ends; lines and requests by id, the first of them."""

    lines: tuple[int, ...]
    line_count: int
    late_count: int
    requests: tuple[int, ...]
    request_count: int
    unnoted_count: int

    @property
    def is_empty(self) -> bool:
        return not (self.line_count or self.request_count or self.unnoted_count)

    def to_json(self) -> dict[str, Any]:
        return {
            "lines": list(self.lines), "line_count": self.line_count, "late_count": self.late_count,
            "requests": list(self.requests), "request_count": self.request_count,
            "unnoted_count": self.unnoted_count,
        }  # fmt: skip

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Left":
        ids = {name: tuple(told[name]) for name in ("lines", "requests")}
        return cls(**{**told, **ids})


def check_taking(*, left_by_id: int, by_id: int, withdrawn_at: datetime | None, taken_by: str | None) -> None:
    """By a colleague, once, while it stands."""
    if withdrawn_at is not None:
        raise WithdrawnAlready
    if left_by_id == by_id:
        raise OwnShift
    if taken_by is not None:
        raise TakenAlready(name=taken_by)


def check_undo(*, by_id: int, done_by_id: int, done_at: datetime, at: datetime) -> None:
    """One's own last step, within ten minutes; raises `NothingToUndo`."""
    if by_id != done_by_id or at - done_at > UNDO_WINDOW:
        raise NothingToUndo

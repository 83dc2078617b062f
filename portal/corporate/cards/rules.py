"""When a card is replaced."""

from datetime import datetime


class NotBlocked(Exception):
    """A card that works is not replaced; whoever lost it blocks it first."""


def check_replaced(*, blocked_at: datetime | None) -> None:
    """Only a blocked card is replaced; raises `NotBlocked`."""
    if blocked_at is None:
        raise NotBlocked

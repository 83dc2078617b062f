"""What a broken promise is judged by: facts of one line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class LineDelivered:
    """One line of an order: what was promised and what came of it.

    `key` names this delivery in the ledger, `version` is that of the order's confirmation.
    """

    account_id: int
    reference: str
    key: str
    version: int
    service: Mapping[str, Any]
    promised: int
    delivered: int
    starts_at: datetime
    delivered_at: datetime
    zone: str

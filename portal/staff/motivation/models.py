"""The versions of the score's standards. A published version never changes; a new one follows it."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class ScoreStandard(Model):
    """Weights, benchmarks and limits from a day on; `motivation.rules.Standards.from_json` reads them."""

    __tablename__ = "score_standard"
    __table_args__ = (CheckConstraint("number >= 1", name="number_positive"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    effective_from: Mapped[date]
    rules: Mapped[dict[str, Any]]

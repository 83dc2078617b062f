"""How long a paper is kept, and what one is made of."""

from dataclasses import dataclass
from datetime import timedelta

KEPT = timedelta(days=7)
TIDY_JOB = "papers.tidy"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file."""

    filename: str
    content: bytes
    media_type: str = PDF

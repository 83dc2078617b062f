"""Order a paper, keep it once it is made, throw old ones away."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from portal.database import db
from portal.jobs import actions as jobs
from portal.jobs.models import Job
from portal.jobs.papers import rules
from portal.jobs.papers.models import Paper
from portal.jobs.papers.rules import Made
from portal.web.registries import Erased


def order_paper(
    *, kind: str, payload: Mapping[str, Any], token: uuid.UUID, owner_id: int, at: datetime
) -> Job:
    """Let the worker print a document for somebody.

    The token of the form makes two clicks one order; the same form sent with another wish is another order.
    """
    wish = hashlib.sha256(json.dumps([kind, payload], sort_keys=True).encode()).hexdigest()[:16]
    key = f"paper:{owner_id}:{token}:{wish}"
    return jobs.enqueue(kind=kind, payload=payload, owner_id=owner_id, dedupe_key=key, at=at)


def keep_paper(*, made: Made, job_id: uuid.UUID, owner_id: int, at: datetime) -> Paper:
    """Keep what was made for its owner, for some days."""
    paper = Paper(
        public_id=uuid.uuid4(),
        job_id=job_id,
        owner_id=owner_id,
        filename=made.filename,
        media_type=made.media_type,
        content=made.content,
        made_at=at,
        expires_at=at + rules.KEPT,
    )
    db.session.add(paper)
    return paper


def throw_away(*, at: datetime) -> int:
    """Delete the papers whose time is over; says how many."""
    done: Any = db.session.execute(delete(Paper).where(Paper.expires_at <= at))
    return int(done.rowcount)


def erase_person(*, erased: Erased, at: datetime) -> None:  # noqa: ARG001 -- what every room is asked by
    """Throw away what was printed for a person."""
    db.session.execute(delete(Paper).where(Paper.owner_id == erased.person_id))

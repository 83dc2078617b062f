"""What both walks of the second half share: the worker, the letter's link, what must stand at the end."""

import re
from typing import Any

from sqlalchemy import select

from portal.database import db, end_reads
from portal.jobs.cli import Worker
from portal.outbox.models import Letter
from portal.surveys.answers.models import Compliment
from portal.surveys.cases.models import Case
from tests.cast import Cast
from tests.web.client import forget, settle

WORDS = "The suits came back the same day."
_LINK = re.compile(r"(/survey/[\w-]+)(?=\s|$)", re.MULTILINE)


def let_the_worker_work(app: Any) -> None:
    """Until nothing is due."""
    settle()
    Worker(app, "a worker").drain()
    forget()


def survey_path() -> str:
    """Where the guest's letter leads."""
    end_reads()
    letters = db.session.scalars(select(Letter).where(Letter.kind == "survey")).all()
    found = _LINK.search(letters[-1].text)
    assert found is not None
    return found.group(1)


def assert_heard(cast: Cast) -> None:
    """The thanks have reached Dario, and nobody had to answer anything."""
    end_reads()
    assert [one.person_id for one in db.session.scalars(select(Compliment))] == [cast.dario.id]
    assert db.session.scalars(select(Case)).all() == []

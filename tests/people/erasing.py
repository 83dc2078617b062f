"""What the tests of erasure share: a worker for it alone, and a look into every text of the house."""

import json
import threading

from sqlalchemy import JSON, LargeBinary, String, select

from portal.database import db, end_reads, transaction
from portal.jobs import actions as jobs
from portal.jobs.work import perform
from portal.people.erasures import actions
from tests.cast import NOW


def work(app, at=NOW):
    """Let a worker do what was put down for it, and nothing of what recurs."""
    end_reads()
    while (claimed := claim(at)) is not None:
        perform(app, claim=claimed[0], job=claimed[1], lease_s=60, stopping=threading.Event())
    db.session.expire_all()


def claim(at):
    with transaction():
        claimed = jobs.claim(worker="a worker", kinds=[actions.WIPE], at=at, lease_s=60)
        if claimed is not None:
            db.session.expunge(claimed[1])
    return claimed


def texts_holding(*wanted):
    """Every text column of every table in which one of these stands, and every file."""
    found = []
    for table in db.metadata.tables.values():
        columns = [c for c in table.columns if isinstance(c.type, (String, JSON, LargeBinary))]
        if not columns:
            continue
        for row in db.session.execute(select(*columns)):
            for column, value in zip(columns, row, strict=True):
                said = (
                    value.decode("latin-1")
                    if isinstance(value, bytes)
                    else json.dumps(value, ensure_ascii=False, default=str)
                )
                found += [(table.name, column.name, each) for each in wanted if each.lower() in said.lower()]
    return found

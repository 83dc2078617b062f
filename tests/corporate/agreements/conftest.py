"""Versions of the agreement, published and accepted."""

import uuid
from datetime import timedelta

from portal.corporate.agreements import actions
from portal.database import db, transaction
from tests.cast import NOW

TITLE = {"en": "Terms", "ru": "Условия"}
BODY = {"en": "# Scope\n\nAll hotels.", "ru": "# Предмет\n\nВсе отели."}


def publish(by, *, number=1, days=30, token=None, within=transaction):
    until = NOW.date() + timedelta(days=days) if number > 1 else None
    with within():
        version = actions.publish(
            token=token or uuid.uuid4(), number=number, title=TITLE, body=BODY, old_until=until,
            by=by.id, at=NOW,
        )  # fmt: skip
    # Read whole, for other threads too.
    db.session.refresh(version)
    return version


def accept(version, account, by, *, within=transaction):
    with within():
        return actions.accept(
            public_id=version.public_id, account_id=account.id, account=account.public_id, locale="en",
            by=by.id, at=NOW,
        )  # fmt: skip

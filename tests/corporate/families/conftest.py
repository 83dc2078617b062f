"""Two companies, linked."""

from datetime import timedelta

from portal.corporate.families import actions
from portal.database import transaction
from tests.cast import NOW


def propose(parent, subsidiary, by, *, within=transaction):
    ids = {"parent_id": parent.id, "subsidiary_id": subsidiary.id}
    with within():
        return actions.propose(**ids, by=by.id, at=NOW - timedelta(days=1))


def link(parent, subsidiary, *, by):
    """Proposed, and agreed to by both."""
    made = propose(parent, subsidiary, by)
    for account in (parent, subsidiary):
        with transaction():
            actions.agree(public_id=made.public_id, account_id=account.id, by=by.id, at=NOW)
    return made

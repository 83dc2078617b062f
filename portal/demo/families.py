"""A family in the demo: one company that belongs to Anna's, and one of which both are asked."""

from datetime import datetime, timedelta

from portal.accounts.models import Account
from portal.corporate.families import actions
from portal.demo import people
from portal.demo.people import Invented
from portal.people.models import Person, Role

LABEL = people.RIVAL.label
DAUGHTERS = (
    Invented(
        "paulo", "Paulo Meireles", "paulo@costa-servicos.example", "en", (Role.ACCOUNT_ADMINISTRATOR,), LABEL
    ),
    Invented(
        "sofia", "Sofia Brandt", "sofia@costa-marine.example", "en", (Role.ACCOUNT_ADMINISTRATOR,), LABEL
    ),
)
"""Who run the two accounts; the sign-in page does not offer them."""


def make(
    parent: Account, daughters: tuple[Account, Account], *, head: Person, manager: Person, at: datetime
) -> None:
    """One link that holds, one that waits for the parent's word."""
    for number, (invented, daughter) in enumerate(zip(DAUGHTERS, daughters, strict=True)):
        person = people.settle_clients((invented,), daughter, manager=manager, at=at)[invented.key]
        link = actions.propose(
            parent_id=parent.id, subsidiary_id=daughter.id, by=manager.id, at=at - timedelta(days=12 - number)
        )
        agreed_at = at - timedelta(days=9)
        actions.agree(public_id=link.public_id, account_id=daughter.id, by=person.id, at=agreed_at)
        if not number:
            actions.agree(public_id=link.public_id, account_id=parent.id, by=head.id, at=agreed_at)

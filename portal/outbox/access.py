"""Who may look into the outbox.

Letters hold links that open doors (a new password, an invitation), so in production nobody reads
them here; the administrator sees what was sent to whom and how it went. In the demo nothing leaves
the house and the outbox takes the place of everybody's mail program: whoever is signed in reads
their own letters, the loyalty manager and the administrator all of them.
"""

from portal.outbox import emails
from portal.web.gate import Visitor


def outbox(visitor: Visitor) -> bool:
    """The list: in production without content."""
    return administrator(visitor) or letters(visitor)


def letters(visitor: Visitor) -> bool:
    """The letters themselves."""
    return visitor.is_signed_in and are_readable()


def administrator(visitor: Visitor) -> bool:
    return visitor.has("administrator")


def are_readable() -> bool:
    return emails.settings().is_demo


def reach(visitor: Visitor) -> int | None:
    """Whose letters the visitor may see: a person's id, or none for everybody's."""
    return None if visitor.has("administrator", "loyalty_manager") else visitor.person_id

"""Who may watch a job: its owner, and the administrator."""

from portal.web.gate import Visitor


def administrator(visitor: Visitor) -> bool:
    return visitor.has("administrator")


def reach(visitor: Visitor) -> int | None:
    """Whose jobs the visitor may see: a person's id, or none for everybody's."""
    return None if administrator(visitor) else visitor.person_id

"""Who rehearses the programme, and who may read what was found."""

from portal.people.models import Role
from portal.web.gate import Visitor


def rehearses(visitor: Visitor) -> bool:
    """Door: the loyalty manager, whose drafts they are."""
    return visitor.has(Role.LOYALTY_MANAGER)


def reads_rehearsals(visitor: Visitor) -> bool:
    """Door: every account of a rehearsal: the same, and the auditor."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.AUDITOR)


def reads_findings(visitor: Visitor) -> bool:
    """Door: what a rehearsal found, added up; for a GM too, who may publish a draft."""
    return reads_rehearsals(visitor) or visitor.has(Role.PROPERTY_MANAGER)

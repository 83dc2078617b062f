"""Who reads the audit."""

from portal.web.gate import Visitor


def reads_audit(visitor: Visitor) -> bool:
    """Door: the auditor and the administrator of the group."""
    return visitor.has("auditor", "administrator")

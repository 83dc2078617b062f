"""Who keeps the group's settings."""

from portal.web.gate import Visitor


def keeps_settings(visitor: Visitor) -> bool:
    """Door: the administrator of the group."""
    return visitor.has("administrator")

"""Doors and endpoints of what managers look at."""

from portal.people.models import Role

DOORS: dict[str, frozenset[str]] = {
    "insight.house.sees_house": frozenset({Role.PROPERTY_MANAGER, Role.LOYALTY_MANAGER, Role.AUDITOR}),
    "insight.relationship.reads_own": frozenset({Role.ACCOUNT_ADMINISTRATOR}),
    "insight.relationship.reads_relationships": frozenset(
        {Role.LOYALTY_MANAGER, Role.PROPERTY_MANAGER, Role.AUDITOR, Role.ACCOUNT_MANAGER}
    ),
}

ENDPOINTS: dict[str, str] = {
    "event_effects.effect": "insight.house.sees_house",
    "house.house": "insight.house.sees_house",
    "relationship.account": "insight.relationship.reads_relationships",
    "relationship.order_own_report": "insight.relationship.reads_own",
    "relationship.order_report": "insight.relationship.reads_relationships",
    "relationship.own": "insight.relationship.reads_own",
    "relationship.own_purchases": "insight.relationship.reads_own",
    "relationship.purchases": "insight.relationship.reads_relationships",
}

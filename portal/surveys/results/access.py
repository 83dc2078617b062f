"""Who sees results, and who reads single answers: those whom the survey named to the guest, and no others."""

from portal.people.models import Role
from portal.surveys.results import queries
from portal.surveys.results.queries import Reach
from portal.web.gate import Visitor


def sees_results(visitor: Visitor) -> bool:
    """Door: figures of all hotels, of one's own hotel, or of one's own accounts."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.AUDITOR, Role.PROPERTY_MANAGER, Role.ACCOUNT_MANAGER)


def reads_answers(visitor: Visitor) -> bool:
    """Door: the loyalty manager, and the manager of the guest's company."""
    return visitor.has(Role.LOYALTY_MANAGER, Role.ACCOUNT_MANAGER)


def reach(visitor: Visitor) -> Reach:
    """The answers that are counted for a visitor."""
    return Reach(
        is_whole=visitor.has(Role.LOYALTY_MANAGER, Role.AUDITOR),
        property_ids=visitor.properties(Role.PROPERTY_MANAGER),
        account_ids=_managed(visitor),
    )


def reading_reach(visitor: Visitor) -> Reach:
    """The answers that a visitor may read one by one."""
    return Reach(is_whole=visitor.has(Role.LOYALTY_MANAGER), account_ids=_managed(visitor))


def _managed(visitor: Visitor) -> tuple[int, ...]:
    if not visitor.has(Role.ACCOUNT_MANAGER) or visitor.person_id is None:
        return ()
    return queries.managed_accounts(visitor.person_id)

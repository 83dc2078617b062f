"""The demo company's cost centres, limits and approvers, and one order that waits for a second key."""

import uuid
from datetime import datetime

from portal.accounts.models import Account
from portal.corporate.limits import actions
from portal.corporate.limits.models import CostCentre, Period, Scope
from portal.people.models import Person

CENTRES = (("1000", "Board"), ("2100", "Sales"), ("3200", "Projects"))
EACH_CENTS, COMPANY_CENTS = 2_500_00, 12_000_00


def make(account: Account, *, administrator: Person, at: datetime) -> list[CostCentre]:
    """Open the cost centres and set the limits; above them whoever runs the account is asked."""
    centres = [
        actions.open_cost_centre(
            token=_token(f"centre/{code}"),
            account_id=account.id,
            code=code,
            name=name,
            by_id=administrator.id,
            at=at,
        )
        for code, name in CENTRES
    ]
    limits = ((Scope.EACH, Period.MONTH, EACH_CENTS), (Scope.COMPANY, Period.QUARTER, COMPANY_CENTS))
    for scope, period, cents in limits:
        actions.set_limit(
            token=_token(f"limit/{scope}"),
            account_id=account.id,
            scope=scope,
            person_id=None,
            cost_centre_id=None,
            period=period,
            limit_cents=cents,
            by_id=administrator.id,
            at=at,
        )
    actions.name_approver(
        token=_token("approver"),
        account_id=account.id,
        person_id=administrator.id,
        cost_centre_id=None,
        by_id=administrator.id,
        at=at,
    )
    return centres


def _token(key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:budget/{key}")

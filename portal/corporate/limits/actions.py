"""Writes on a company's cost centres, limits and approvers."""

import uuid
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.corporate.limits import queries, rules
from portal.corporate.limits.models import Approver, CostCentre, Scope, SpendLimit
from portal.database import db


def open_cost_centre(
    *, token: uuid.UUID, account_id: int, code: str, name: str, by_id: int, at: datetime
) -> CostCentre:
    """Open a cost centre; the same token opens it once. Raises `CostCentreTaken`."""
    _lock(account_id)
    known = db.session.scalar(
        select(CostCentre).where(CostCentre.account_id == account_id, CostCentre.public_id == token)
    )
    if known is not None:
        return known
    centre = CostCentre(public_id=token, account_id=account_id, code=code, name=name, opened_at=at)
    _add(centre, taken=rules.CostCentreTaken(code=code))
    _record("cost_centre.open", "cost_centre", token, by_id=by_id, at=at)
    return centre


def close_cost_centre(*, centre: CostCentre, by_id: int, at: datetime) -> None:
    """Close a cost centre, with its limit and its approvers; bookings keep it."""
    if centre.closed_at is not None:
        return
    centre.closed_at = at
    end = {"ended_at": at, "ended_by_id": by_id}
    limits = (SpendLimit.cost_centre_id == centre.id, SpendLimit.ended_at.is_(None))
    db.session.execute(update(SpendLimit).where(*limits).values(**end))
    approvers = (Approver.cost_centre_id == centre.id, Approver.ended_at.is_(None))
    db.session.execute(update(Approver).where(*approvers).values(**end))
    _record("cost_centre.close", "cost_centre", centre.public_id, by_id=by_id, at=at)


def set_limit(
    *,
    token: uuid.UUID,
    account_id: int,
    scope: Scope,
    person_id: int | None,
    cost_centre_id: int | None,
    period: str,
    limit_cents: int,
    by_id: int,
    at: datetime,
) -> SpendLimit:
    """Set a limit in the place of the one before; the same token sets it once."""
    _lock(account_id)
    if (known := queries.limit_of(account_id, token)) is not None:
        return known
    before = queries.limit_before(account_id, scope=scope, person_id=person_id, cost_centre_id=cost_centre_id)
    if before is not None:
        before.ended_at, before.ended_by_id = at, by_id
        db.session.flush()
    limit = SpendLimit(
        public_id=token,
        account_id=account_id,
        scope=scope,
        person_id=person_id,
        cost_centre_id=cost_centre_id,
        period=period,
        limit_cents=limit_cents,
        set_by_id=by_id,
        set_at=at,
    )
    _add(limit, taken=rules.NotOfTheCompany())
    details = {"scope": str(scope), "period": period, "limit_cents": limit_cents}
    if before is not None:
        details["before_cents"] = before.limit_cents
    _record("limit.set", "limit", token, by_id=by_id, at=at, **details)
    return limit


def end_limit(*, limit: SpendLimit, by_id: int, at: datetime) -> None:
    """Take a limit away; ending it twice changes nothing."""
    if limit.ended_at is None:
        limit.ended_at, limit.ended_by_id = at, by_id
        _record("limit.end", "limit", limit.public_id, by_id=by_id, at=at, limit_cents=limit.limit_cents)


def name_approver(
    *,
    token: uuid.UUID,
    account_id: int,
    person_id: int,
    cost_centre_id: int | None,
    by_id: int,
    at: datetime,
) -> Approver:
    """Give somebody the second key; the same token names once. Raises `ApprovesAlready`."""
    _lock(account_id)
    if (known := queries.approver_of(account_id, token)) is not None:
        return known
    approver = Approver(
        public_id=token,
        account_id=account_id,
        person_id=person_id,
        cost_centre_id=cost_centre_id,
        named_by_id=by_id,
        named_at=at,
    )
    _add(approver, taken=rules.ApprovesAlready())
    _record("approver.name", "approver", token, by_id=by_id, at=at)
    return approver


def end_approver(*, approver: Approver, by_id: int, at: datetime) -> None:
    """Take the second key back; twice is once."""
    if approver.ended_at is None:
        approver.ended_at, approver.ended_by_id = at, by_id
        _record("approver.end", "approver", approver.public_id, by_id=by_id, at=at)


def _lock(account_id: int) -> None:
    # Two administrators may set the same limit in the same second: the later one stands. Whoever books
    # meanwhile holds a limit and names the company, which this lock lets them.
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))


def _add(row: CostCentre | SpendLimit | Approver, *, taken: rules.LimitRefused) -> None:
    """Write a row, or refuse: its place is `taken`, or its token is that of another company's form."""
    table, token = type(row), row.public_id
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        is_foreign = db.session.scalar(select(table.id).where(table.public_id == token)) is not None
        raise (rules.NotOfTheCompany() if is_foreign else taken) from None


def _record(
    action: str, kind: str, subject_id: uuid.UUID, *, by_id: int, at: datetime, **details: object
) -> None:
    audit.record(action=action, subject_kind=kind, subject_id=subject_id, details=details, by=by_id, at=at)

"""Pull events from where they happened: the service log and the surveys. Nothing is pushed up here."""

import uuid
from datetime import date, datetime

from sqlalchemy import func, select, update

from portal.corporate.bookings import rules as bookings
from portal.database import db
from portal.staff.contributions import queries, rules
from portal.staff.contributions.models import Contribution, ContributionKind


def pull(*, at: datetime) -> int:
    """Take over a batch of what is new, and void what was undone; says how many. Twice is once."""
    found = _deliveries(at) + _ratings(at)
    db.session.add_all(found)
    undone = queries.undone_to_void()
    for contribution, undone_at in undone:
        contribution.voided_at = undone_at
    db.session.flush()
    return len(found) + len(undone)


def let_ratings_enter(*, on: date, since: datetime, before: datetime, least: int, companies: int) -> int:
    """Let the ratings that came in [since, before) enter on a day; older ones never do.

    Of each person who has at least so many of them, from at least so many companies.
    """
    waiting = (
        Contribution.kind == ContributionKind.RATING,
        Contribution.enters_on.is_(None),
        Contribution.voided_at.is_(None),
        Contribution.happened_at >= since,
        Contribution.happened_at < before,
    )
    ripe = (
        select(Contribution.person_id)
        .where(*waiting)
        .group_by(Contribution.person_id)
        .having(
            func.count(Contribution.id) >= least,
            func.count(func.distinct(Contribution.account_id)) >= companies,
        )
    )
    entered = db.session.execute(
        update(Contribution)
        .where(*waiting, Contribution.person_id.in_(ripe))
        .values(enters_on=on)
        .execution_options(synchronize_session=False)
    )
    return int(entered.rowcount)  # type: ignore[attr-defined]  # an UPDATE counts its rows


def _deliveries(at: datetime) -> list[Contribution]:
    return [
        Contribution(
            public_id=uuid.uuid4(),
            person_id=entry.by_id,
            property_id=entry.property_id,
            account_id=entry.account_id,
            service_id=entry.service_id,
            cell=rules.cell_of(service_kind=kind, at=entry.done_at, zone=zone),
            happened_at=entry.done_at,
            source_id=entry.public_id,
            recorded_at=at,
            **_promise(
                is_kept=bookings.was_kept(
                    promised=line.quantity,
                    delivered=quantity,
                    starts_at=line.starts_at,
                    delivered_at=entry.done_at,
                )
            ),
        )
        for entry, line, quantity, kind, zone in queries.deliveries_to_pull()
    ]


def _promise(*, is_kept: bool) -> dict[str, object]:
    kind = ContributionKind.KEPT_PROMISE if is_kept else ContributionKind.BROKEN_PROMISE
    return {"kind": kind, "value": rules.FULL if is_kept else 0}


def _ratings(at: datetime) -> list[Contribution]:
    rows = queries.ratings_to_pull()
    kinds = queries.kinds_of_services([service_id for _one, _who, service_id, _number, _zone in rows])
    return [
        Contribution(
            public_id=uuid.uuid4(),
            person_id=person_id,
            property_id=invitation.property_id,
            account_id=invitation.account_id,
            service_id=service_id,
            kind=ContributionKind.RATING,
            cell=rules.cell_of(service_kind=kinds[service_id], at=invitation.happened_at, zone=zone),
            value=number * rules.RATING_STEP,
            happened_at=invitation.submitted_at,
            source_id=invitation.public_id,
            recorded_at=at,
        )
        for invitation, person_id, service_id, number, zone in rows
    ]

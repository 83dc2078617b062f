"""Publishing a version of the agreement, accepting it, and telling those who may."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.agreements import emails, queries, rules
from portal.corporate.agreements.models import AgreementAcceptance, AgreementVersion
from portal.database import db
from portal.hotel import queries as hotel
from portal.jobs import actions as jobs


def publish(
    *,
    token: uuid.UUID,
    number: int,
    title: Mapping[str, str],
    body: Mapping[str, str],
    old_until: date | None,
    by: int,
    at: datetime,
) -> AgreementVersion:
    """Publish the next version; whoever runs an account is written to.

    `number` is the one that the form announced. Raises `NumberTaken`, `OldEndsTooSoon`.
    """
    queries.lock_versions()
    if (known := queries.version_of(token)) is not None:
        return known
    latest = queries.current_version()
    if number != (latest.number if latest else 0) + 1:
        raise rules.NumberTaken
    rules.check_notice(old_until, number=number, today=local_date(at, hotel.house_zone()))
    version = AgreementVersion(
        public_id=token,
        number=number,
        title=dict(title),
        body=dict(body),
        old_until=old_until if number > 1 else None,
        published_by_id=by,
        published_at=at,
    )
    db.session.add(version)
    db.session.flush()
    key = f"agreement-letters:{token}"
    jobs.enqueue(kind=rules.LETTERS_JOB, payload={"version": str(token)}, dedupe_key=key, at=at)
    _record("agreement.publish", version, by=by, at=at)
    return version


def accept(
    *, public_id: uuid.UUID, account_id: int, account: uuid.UUID, locale: str, by: int, at: datetime
) -> AgreementAcceptance:
    """Accept the version in force for a company; twice is once. Raises `AgreementReplaced`."""
    queries.lock_account(account_id)
    current = queries.current_version()
    if current is None or current.public_id != public_id:
        raise rules.AgreementReplaced
    if (known := queries.acceptance(current.id, account_id=account_id)) is not None:
        return known
    accepted = AgreementAcceptance(
        account_id=account_id, version_id=current.id, locale=locale, by_id=by, at=at
    )
    db.session.add(accepted)
    db.session.flush()
    _record("agreement.accept", current, by=by, at=at, account=str(account), language=locale)
    return accepted


def write_letters(*, version: AgreementVersion, after_id: int, at: datetime) -> int:
    """Write to the next of those who run an account, once each."""
    grants = queries.administrators_after(after_id)
    return sum(emails.published(version=version, to=grant.person, at=at) for grant in grants)


def _record(action: str, version: AgreementVersion, *, by: int, at: datetime, **more: Any) -> None:
    audit.record(
        action=action,
        subject_kind="agreement_version",
        subject_id=version.public_id,
        details={"number": version.number, **more},
        by=by,
        at=at,
    )

"""Holding the review of an account, and closing an account whose last day is over."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.audit import actions as audit
from portal.clock import local_date
from portal.corporate.reviews import emails, queries, rules
from portal.corporate.reviews.models import AccountReview, ReviewOutcome
from portal.corporate.reviews.rules import Findings
from portal.database import db
from portal.hotel import queries as hotel


@dataclass(frozen=True, slots=True)
class Held:
    """What came of a review: the outcome, what the company reads of it, the last day of one that ends."""

    outcome: str
    words: str = ""
    ends_on: date | None = None


def hold(
    *, token: uuid.UUID, account: Account, number: int, held: Held, findings: Findings, by: int, at: datetime
) -> AccountReview:
    """Record a review, and write to whoever runs the account. The same token holds it once.

    `number` is the one that the form announced. Raises `ReviewedMeanwhile`, `WordsNeeded`, `EndsTooSoon`.
    """
    queries.lock_account(account.id)
    if (known := queries.review_of(account.id, token)) is not None:
        return known
    if number != queries.latest_number(account.id) + 1:
        raise rules.ReviewedMeanwhile
    today = local_date(at, hotel.house_zone())
    rules.check_outcome(held.outcome, words=held.words, ends_on=held.ends_on, today=today)
    review = AccountReview(
        public_id=token,
        account_id=account.id,
        number=number,
        outcome=held.outcome,
        words=held.words,
        ends_on=held.ends_on if held.outcome == ReviewOutcome.ENDED else None,
        findings=findings.to_json(),
        by_id=by,
        at=at,
    )
    db.session.add(review)
    db.session.flush()
    for grant in queries.administrators(account.id):
        emails.held(review=review, company=account.name, to=grant.person, at=at)
    _record("account_review.hold", review, by=by, at=at)
    return review


def close_ended(*, today: date, limit: int, at: datetime) -> int:
    """Close the accounts whose last day is over; returns how many."""
    due = queries.to_close(today=today, limit=limit)
    for review in due:
        accounts.close(account=review.account, by=None, at=at)
        review.closed_at = at
        _record("account_review.close", review, by=None, at=at)
    return len(due)


def _record(action: str, review: AccountReview, *, by: int | None, at: datetime) -> None:
    details = {"number": review.number, "outcome": review.outcome}
    if review.ends_on is not None:
        details["ends_on"] = review.ends_on.isoformat()
    audit.record(
        action=action,
        subject_kind="account_review",
        subject_id=review.public_id,
        details=details,
        by=by,
        at=at,
    )

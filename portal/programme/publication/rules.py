"""What may be published, from which day, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.outbox.rules import Policy
from portal.programme.comparison.rules import differences
from portal.programme.drafts.rules import before, check_saved, promised_days, quiet_hours
from portal.programme.improvement.rules import worsened
from portal.programme.rules import ContactBudget, Refusal, Rules

HOURS_IN_DAY = 24
CONTACT_BUDGET_JOB = "programme.contact_budget"


class NotRehearsed(Refusal):
    """The draft was not replayed as it stands."""


class OwnDraft(Refusal):
    """Whoever wrote or submitted a draft does not approve it."""


class TooSoon(Refusal):
    """The day of effect lies before the end of the notice, or not after the last version's."""


class NothingChanges(Refusal):
    """The draft says what the version before it says."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The first day on which a draft may take effect if it is published today, and why then.

    `worse` are the parts by which somebody could lose: without them no notice is needed.
    """

    earliest: date
    worse: tuple[str, ...]
    notice_days: int
    after: int | None
    """The number of a version that is published and takes effect later than the notice would end."""
    taxes: bool
    """Taxes change: they are law and need no notice, whoever pays more by them."""


def notice(*, versions: Sequence[Rules], draft: Rules, today: date) -> Notice:
    """When a draft may take effect: after the notice that is promised, and after every other version."""
    previous = before(versions, draft)
    worse, days = worsened(previous, draft), promised_days(versions, previous, today)
    ends = today + timedelta(days=days if worse else 1)
    last = max(versions, key=lambda version: version.effective_from)
    follows = last.effective_from + timedelta(days=1)
    after = last.version if follows > ends else None
    return Notice(max(ends, follows), worse, days, after, previous.vat != draft.vat)


def check(*, versions: Sequence[Rules], draft: Rules, today: date, is_rehearsed: bool) -> Notice:
    """Refuse what may not be published today."""
    previous = before(versions, draft)
    if not differences(previous, draft):
        raise NothingChanges(version=previous.version)
    check_saved(draft, today)
    found = notice(versions=versions, draft=draft, today=today)
    if draft.effective_from < found.earliest:
        raise TooSoon(earliest_date=found.earliest.isoformat())
    if not is_rehearsed:
        raise NotRehearsed
    return found


def numbered(draft: Rules, number: int) -> Rules:
    """The draft as the next version."""
    return replace(draft, version=number)


def begins_at(effective_from: date, zone: str) -> datetime:
    """The instant at which a version takes effect by the house's clock."""
    return datetime.combine(effective_from, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def contact_policy(budget: ContactBudget) -> Policy:
    """What every sender obeys; the quiet hours are whole ones and never shorter than agreed.

    No draft may leave less than an hour of the day; of an older version that does, all but one are quiet.
    """
    begins, hours = quiet_hours(budget)
    return Policy(
        marketing_per_month=budget.marketing_a_month,
        quiet_from_hour=begins,
        quiet_to_hour=(begins + min(hours, HOURS_IN_DAY - 1)) % HOURS_IN_DAY,
        survey_every_days=budget.survey_days,
    )

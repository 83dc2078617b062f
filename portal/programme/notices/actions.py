"""Playing accounts on to a new day, and writing to those whom it concerns."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, update

from portal.accounts.models import Account
from portal.bulk import collector_at_rest
from portal.database import db
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.books.rules import Expiring, announced
from portal.programme.notices import emails, queries
from portal.programme.rules import Rules, in_force
from portal.programme.standing import queries as standing
from portal.programme.standing.models import AccountStanding
from portal.programme.standing.queries import StandingView
from portal.programme.timeline import actions as timeline
from portal.programme.timeline.rules import Played


@dataclass(frozen=True, slots=True)
class News:
    """What a company must be told of the days that were played."""

    grace_began: bool
    deaths: tuple[Expiring, ...]
    tier_before: str | None = None
    """The tier that the company was told of last; none while it has that tier."""

    @property
    def is_worth_telling(self) -> bool:
        return self.grace_began or bool(self.deaths) or self.tier_before is not None


def advance_accounts(*, account_ids: Collection[int], until: date, at: datetime) -> int:
    """Play accounts on through a day and write the letters of the days between; say how many letters.

    Whoever played those days: an import or a delivery may have come first.
    """
    with collector_at_rest():
        return _advance(account_ids, until, at)


def _advance(account_ids: Collection[int], until: date, at: datetime) -> int:
    since = standing.told_through(account_ids)
    played = timeline.play_accounts(account_ids=account_ids, until=until, at=at)
    graces, told_tiers = standing.latest_graces(account_ids), standing.told_tiers(account_ids)
    versions = programme.all_rules()
    rules = in_force(versions, until)
    deaths = _deaths(since, until, versions)
    news = {
        account_id: replace(
            _news(result, since[account_id], graces.get(account_id), deaths.get(account_id, ()), until),
            tier_before=_tier_before(told_tiers.get(account_id), result.state.tier, rules),
        )
        for account_id, result in played.items()
        # Of history nobody is told: it is over.
        if account_id in since
    }
    letters = _tell({each: told for each, told in news.items() if told.is_worth_telling}, rules, until, at)
    _note_told(account_ids, until)
    return letters


def _news(
    played: Played, since: date, grace_began: date | None, deaths: Iterable[Expiring], until: date
) -> News:
    # Nor is anybody told of what ended before they could act on it.
    grace = played.state.grace_until
    is_new = grace_began is not None and grace_began > since
    return News(is_new and grace is not None and grace > until, tuple(deaths))


def _tier_before(told: str | None, tier: str, rules: Rules) -> str | None:
    # A tier that these rules no longer have is a matter of their publication, not of a rise or a fall.
    is_news = told is not None and told != tier and told in {level.code for level in rules.tiers}
    return told if is_news else None


def _deaths(since: Mapping[int, date], until: date, versions: Sequence[Rules]) -> dict[int, list[Expiring]]:
    """What is announced to each company of the days since it was told last, and lies ahead still."""
    ahead = {day: _announced(day, until, versions) for day in set(since.values())}
    days = {each for some in ahead.values() for each in some}
    if not days:
        return {}
    return {
        account_id: [death for death in found if death.expires_on in ahead[since[account_id]]]
        for account_id, found in queries.deaths_on(since.keys(), days).items()
    }


def _announced(since: date, until: date, versions: Sequence[Rules]) -> set[date]:
    days = (since + timedelta(days=ahead + 1) for ahead in range((until - since).days))
    told = (announced(rules=in_force(versions, day), day=day) for day in days)
    return {death for some in told for death in some if death >= until}


def _tell(news: Mapping[int, News], rules: Rules, day: date, at: datetime) -> int:
    if not news:
        return 0
    zone = hotel.house_zone()
    letters = 0
    # Most accounts of a large group were opened by an import, and nobody runs them yet.
    run = queries.administrators(news)
    for account_id, (account, people) in queries.accounts_with_administrators(run).items():
        told = news[account_id]
        is_of_tier = told.grace_began or told.tier_before is not None
        view = standing.standing_of(account_id) if is_of_tier and people else None
        for person in people:
            if view is not None:
                letters += _tell_of_tier(account, view, told, to=person, zone=zone, at=at)
            if told.deaths:
                emails.points_expire(
                    account=account,
                    deaths=told.deaths,
                    notice_days=rules.expiry_notice_days,
                    day=day,
                    to=person,
                    zone=zone,
                    at=at,
                )
                letters += 1
    return letters


def _tell_of_tier(account: Account, view: StandingView, told: News, **to: Any) -> int:
    if told.tier_before is not None:
        rose = view.rules.rank(view.tier) > view.rules.rank(told.tier_before)
        tell = emails.tier_rose if rose else emails.tier_fell
        tell(account=account, view=view, before=told.tier_before, **to)
    # A version without the tier ends its grace: no review decides, and there is nothing to keep.
    is_kept = told.grace_began and view.decided_on is not None
    if is_kept:
        emails.grace_began(account=account, view=view, **to)
    return (told.tier_before is not None) + is_kept


def _note_told(account_ids: Collection[int], until: date) -> None:
    told = AccountStanding.told_through
    db.session.execute(
        update(AccountStanding)
        .where(AccountStanding.account_id.in_(account_ids), or_(told.is_(None), told < until))
        .values(told_through=until, told_tier=AccountStanding.tier)
        .execution_options(synchronize_session=False)
    )

"""Playing accounts on to a new day, and writing to those whom it concerns."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, update

from portal.database import db
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.books.rules import Expiring, expiry_notices
from portal.programme.notices import emails, queries
from portal.programme.rules import Rules, in_force
from portal.programme.standing import queries as standing
from portal.programme.standing.models import AccountStanding
from portal.programme.timeline import actions as timeline
from portal.programme.timeline.rules import Played


@dataclass(frozen=True, slots=True)
class News:
    """What a company must be told of the days that were played."""

    grace_began: bool
    deaths: tuple[Expiring, ...]


def advance_accounts(*, account_ids: Collection[int], until: date, at: datetime) -> int:
    """Play accounts on through a day and write the letters of the days between; say how many letters.

    Whoever played those days: an import or a delivery may have come first.
    """
    since = standing.told_through(account_ids)
    played = timeline.play_accounts(account_ids=account_ids, until=until, at=at)
    graces = standing.latest_graces(account_ids)
    versions = programme.all_rules()
    news = {
        account_id: _news(result, since[account_id], graces.get(account_id), until, versions)
        for account_id, result in played.items()
        # Of history nobody is told: it is over.
        if account_id in since
    }
    worth_telling = {each: told for each, told in news.items() if told.grace_began or told.deaths}
    letters = _tell(worth_telling, in_force(versions, until), until, at)
    _note_told(account_ids, until)
    return letters


def _news(
    played: Played, since: date, grace_began: date | None, until: date, versions: Collection[Rules]
) -> News:
    # Nor is anybody told of what ended before they could act on it.
    grace = played.state.grace_until
    is_new = grace_began is not None and grace_began > since
    return News(
        grace_began=is_new and grace is not None and grace > until,
        deaths=tuple(_deaths(played, since, until, list(versions))),
    )


def _deaths(played: Played, since: date, until: date, versions: list[Rules]) -> Iterable[Expiring]:
    lots = list(played.state.ledger.lots.values())
    found: dict[date, Expiring] = {}
    for ahead in range((until - since).days):
        day = since + timedelta(days=ahead + 1)
        for death in expiry_notices(rules=in_force(versions, day), lots=lots, day=day):
            found[death.expires_on] = death
    return [death for day, death in sorted(found.items()) if day >= until]


def _tell(news: Mapping[int, News], rules: Rules, day: date, at: datetime) -> int:
    if not news:
        return 0
    zone = hotel.house_zone()
    letters = 0
    for account_id, (account, people) in queries.accounts_with_administrators(news).items():
        told = news[account_id]
        view = standing.standing_of(account_id) if told.grace_began else None
        for person in people:
            if view is not None:
                emails.grace_began(account=account, view=view, to=person, zone=zone, at=at)
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
            letters += (view is not None) + bool(told.deaths)
    return letters


def _note_told(account_ids: Collection[int], until: date) -> None:
    told = AccountStanding.told_through
    db.session.execute(
        update(AccountStanding)
        .where(AccountStanding.account_id.in_(account_ids), or_(told.is_(None), told < until))
        .values(told_through=until)
        .execution_options(synchronize_session=False)
    )

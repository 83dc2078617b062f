"""What a loyalty manager has under way: next year's rules, rehearsed, and what waits for a second person."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from portal.accounts.models import Account
from portal.hotel.models import Property
from portal.people.models import Person
from portal.programme.contracts import actions as contracts
from portal.programme.contracts.models import ANY_ROOM
from portal.programme.contracts.queries import RateReach
from portal.programme.credits import actions as credit_actions
from portal.programme.credits.models import CreditReason
from portal.programme.drafts import actions as drafts
from portal.programme.drafts import queries as draft_queries
from portal.programme.overview.queries import Reach
from portal.programme.rehearsal import actions as rehearsals

MONTHS = 12
NIGHT_CENTS = 8_900
POINTS = 25_000
"""More than a manager gives alone."""


def make(
    ours: Account, *, staff: Mapping[str, Person], houses: Mapping[str, Property], today: date, at: datetime
) -> None:
    """A draft whose rehearsal the worker takes up, a contract's rate that is agreed, and points asked for."""
    _draft(staff["lidia"], at=at)
    _rate(ours, houses=houses, asked_by=staff["nora"], agreed_by=staff["lidia"], today=today, at=at)
    credit_actions.ask_credit(
        token=_token("credit"),
        account_id=ours.id,
        points=POINTS,
        grounds=credit_actions.Grounds(
            CreditReason.COMPLAINT,
            "The hall was not ready for their yearly meeting; forty guests waited for half an hour.",
            "Case of 14 May, letter of the company",
        ),
        by_id=staff["lidia"].id,
        at=at,
    )


def _draft(lidia: Person, *, at: datetime) -> None:
    draft = drafts.begin(name="Gold from 60 nights", start="in_force", by_id=lidia.id, at=at)
    begun = draft_queries.rules_of(draft)
    tiers = tuple(replace(tier, nights=60) if tier.code == "gold" else tier for tier in begun.tiers)
    tried = replace(begun, tiers=tiers)
    drafts.save(
        draft=draft, seen_revision=draft.revision, section="tiers", changed=tried, by_id=lidia.id, at=at
    )
    rehearsals.ask(
        token=_token("rehearsal"),
        tried=rehearsals.Tried(tried, draft.name, draft.id, draft.revision),
        months=MONTHS,
        by=lidia.id,
        at=at,
    )


def _rate(
    ours: Account,
    *,
    houses: Mapping[str, Property],
    asked_by: Person,
    agreed_by: Person,
    today: date,
    at: datetime,
) -> None:
    rate = contracts.ask_rate(
        token=_token("rate"),
        account_id=ours.id,
        terms=contracts.Terms(
            house=houses[min(houses)],
            room_kind=ANY_ROOM,
            night_cents=NIGHT_CENTS,
            begins_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=335),
            contract="CE-2026-11",
        ),
        by_id=asked_by.id,
        at=at,
    )
    contracts.decide(
        public_id=rate.public_id,
        reach=RateReach(Reach(is_whole=True)),
        agrees=True,
        words="",
        by_id=agreed_by.id,
        at=at,
    )


def _token(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"rapport-demo:{name}")

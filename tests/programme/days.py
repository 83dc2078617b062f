"""Days for tests: one company's stays and orders, played by short words."""

import json
from datetime import date, timedelta

from portal.programme.intake.rules import PerkFulfilled, StayCheckedOut
from portal.programme.rules import ROOMS, VIP_BUNDLE
from portal.programme.state.rules import AccountState, new_state
from portal.programme.timeline.rules import play
from tests.programme.strategies import RULES

MONDAY = date(2024, 3, 4)


def stay(key, checkout, nights=1, cents=10_000, paid=None, **more):
    return StayCheckedOut(
        key=key,
        reference=key,
        arrival=checkout - timedelta(days=nights),
        nights=nights,
        checkout=checkout,
        paid=paid or checkout,
        bases=((ROOMS, cents),),
        **more,
    )


def perk(key, day, cents, paid=None, is_event=True):
    return PerkFulfilled(key, key, day, paid or day, ((VIP_BUNDLE, cents),), is_event)


def begin():
    return new_state(account="acme", rules=RULES)


def played(events, until, state=None, versions=(RULES,), **more):
    return play(state=state or begin(), events=events, until=until, versions=versions, **more)


def told(result):
    """What happened, in short."""
    return [(entry.kind.value, entry.at.date(), abs(entry.postings[0].points)) for entry in result.entries]


def stored(state):
    """Put a state away and fetch it again, as a database would."""
    return AccountState.from_plain(json.loads(json.dumps(state.to_plain())))

"""Background work: as soon as a day begins, every account is played on to it."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal import clock
from portal.database import end_reads
from portal.hotel import queries as hotel
from portal.jobs.rules import Every, Recurring
from portal.jobs.work import Handler, JobContext, handles
from portal.programme.notices import actions
from portal.programme.timeline import queries as timeline

ACCOUNTS_AT_ONCE = 500


@handles(title=_l("The programme is played on to today"), in_chunks=True)
def play_day(context: JobContext) -> dict[str, Any]:
    """Activations, expiries, reviews and their letters; a chunk of accounts at a time.

    A demo's calendar stands still on its day: its accounts are not played beyond it.
    """
    today = clock.local_date(context.at, hotel.house_zone())
    frozen = hotel.demo_as_of()
    until = today if frozen is None else min(today, frozen)
    done, letters, last_id = 0, 0, 0
    while some := timeline.accounts_behind(day=until, after_id=last_id, limit=ACCOUNTS_AT_ONCE):
        end_reads()
        done, last_id = done + len(some), some[-1]
        with context.chunk(done=done, total=None):
            letters += actions.advance_accounts(account_ids=some, until=until, at=context.at)
    end_reads()
    return {"until": until.isoformat(), "accounts": done, "letters": letters}


HANDLERS: dict[str, Handler] = {"programme.day": play_day}
# Every hour, not once a night: the day begins by the hotels' clock, and a missed hour costs little.
RECURRING = (Recurring("programme.day", kind="programme.day", timing=Every(minutes=60)),)

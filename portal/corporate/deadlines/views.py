"""What ends soon, in the order of its last day, each with the way to use it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.accounts.models import Account
from portal.clock import last_day, local_date, local_midnight
from portal.corporate.deadlines import queries
from portal.corporate.passes import words as passes
from portal.programme.ledger.queries import Expiry
from portal.web import formats
from portal.web.pages import locale_code
from portal.web.texts import in_language

POINTS_DAYS, OTHER_DAYS = 60, 30
WARN_DAYS = 7
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something of the company's with a last day; what is close is marked."""

    title: str
    detail: str
    url: str
    last_on: date
    is_close: bool


def deadlines(
    account: Account, *, expiries: list[Expiry], zone: str, at: datetime, limit: int = SHOWN
) -> list[Deadline]:
    """What ends within two months where it is points, within one where it is anything else."""
    today = local_date(at, zone)
    until = today + timedelta(days=OTHER_DAYS)
    found = [
        *_points(account, expiries, today),
        *_passes(account, today, until),
        *_quotes(account, zone, at, until),
        *_souvenirs(account, today, until),
    ]
    found.sort(key=lambda each: (each[2], each[0]))
    return [
        Deadline(title, detail, url, last_on, (last_on - today).days <= WARN_DAYS)
        for title, detail, last_on, url in found[:limit]
    ]


Found = tuple[str, str, date, str]


def _points(account: Account, expiries: list[Expiry], today: date) -> list[Found]:
    last = today + timedelta(days=POINTS_DAYS)
    return [
        (
            formats.points(each.points),
            _("Spent oldest first"),
            each.expires_on,
            url_for("programme.lots", account_id=account.public_id, day=each.expires_on.isoformat()),
        )
        for each in expiries
        if today <= each.expires_on <= last
    ]


def _passes(account: Account, today: date, until: date) -> list[Found]:
    return [
        (
            _("Guest pass: %(invitee)s", invitee=passes.name(each)),
            str(ngettext("%(num)s use left", "%(num)s uses left", each.uses - each.used)),
            each.last_on,
            url_for("passes.guest_pass", pass_id=each.public_id),
        )
        for each in queries.passes_ending(account.id, today=today, until=until)
    ]


def _quotes(account: Account, zone: str, at: datetime, until: date) -> list[Found]:
    before = local_midnight(until + timedelta(days=1), zone)
    return [
        (
            _("Quote: %(title)s", title=in_language(each.title, locale_code())),
            formats.cents(each.bill_cents, each.currency),
            last_day(each.valid_until, zone),
            url_for("quotes.quote", quote_id=each.public_id),
        )
        for each in queries.quotes_ending(account.id, at=at, before=before)
    ]


def _souvenirs(account: Account, today: date, until: date) -> list[Found]:
    return [
        (
            in_language(each.souvenir.name, locale_code()),
            _("Waits for %(guest)s", guest=each.guest.name),
            each.keep_until,
            url_for("reservations.reservation", reservation_id=each.public_id),
        )
        for each in queries.souvenirs_ending(account.id, today=today, until=until)
    ]

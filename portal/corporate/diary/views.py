"""The calendars of halls and equipment: what is free for whoever books, and for the house who comes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access as accounts
from portal.clock import local_date
from portal.corporate.bookings import access as bookings
from portal.corporate.bundles.rules import HORIZON_DAYS, local
from portal.corporate.closures import actions as closures
from portal.corporate.closures import queries as closed
from portal.corporate.closures import words as closure_words
from portal.corporate.closures.forms import ClosureForm
from portal.corporate.closures.rules import HallOfOthers
from portal.corporate.diary import access, queries, rules, words
from portal.corporate.diary.queries import Kept
from portal.corporate.diary.rules import Kind, Stretch
from portal.corporate.halls.words import LAYOUTS
from portal.corporate.terms import access as terms
from portal.database import transaction
from portal.hotel import queries as hotel
from portal.hotel.models import Property
from portal.programme.rules import Refusal
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.registries import NavigationLink
from portal.web.texts import in_language

blueprint = Blueprint("diary", __name__, url_prefix="/corporate/halls")

Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422
DAY, WEEK = "day", "week"


@dataclass(frozen=True, slots=True)
class Looked:
    """Which days of which hotel the address names."""

    houses: Sequence[Property]
    house: Property
    day: date
    today: date
    is_week: bool

    @property
    def days(self) -> list[date]:
        return rules.days_shown(self.day, is_week=self.is_week)


@blueprint.get("")
@allow(accounts.books)
def free() -> str:
    """When the halls of a hotel are free, without a word about whoever has them."""
    at = clock.now()
    looked = _looked(at)
    kept = queries.calendar_of(looked.house, looked.days, at=at)
    return render_template("corporate/diary/free.html", **_frame(looked, kept, "diary.free"))


@blueprint.get("/house")
@allow(access.reads_house)
def house() -> str:
    """Who has the halls of a hotel, with setting up and closures told apart."""
    looked = _looked(clock.now())
    hour = datetime.combine(looked.day, datetime.min.time())
    form = ClosureForm(
        token=str(uuid.uuid4()),
        from_day=looked.day,
        until_day=looked.day,
        from_time=hour.replace(hour=8).time(),
        until_time=hour.replace(hour=18).time(),
    )
    return _house_page(looked, form)


@blueprint.post("/house/closures")
@allow(access.keeps_halls)
def close() -> Answer:
    """Close a hall of the own hotel."""
    looked, form = _looked(clock.now()), ClosureForm()
    _offer_halls(form, looked.house)
    if form.validate_on_submit():
        try:
            with transaction():
                _close(form)
            flash(_("The hall is closed; nobody can book it for that time."), "ok")
            return redirect(_here(looked, day=form.from_day.data or looked.day))
        except HallOfOthers:
            abort(404)
        except Refusal as refusal:
            # What was loaded before is gone with the transaction.
            looked = _looked(clock.now())
            form.form_errors.append(closure_words.refused(refusal, zone=looked.house.zone))
    return _house_page(looked, form), UNPROCESSABLE


@blueprint.post("/house/closures/<uuid:closure_id>/end")
@allow(access.keeps_halls)
def open_again(closure_id: uuid.UUID) -> Response:
    """Open a hall before its closure ends."""
    try:
        with transaction():
            closures.open_hall(
                public_id=closure_id, property_ids=visitor().properties(*access.KEEPERS),
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
        flash(_("The hall is open again."), "ok")
    except HallOfOthers:
        abort(404)
    except Refusal as refusal:
        flash(closure_words.refused(refusal, zone=hotel.house_zone()), "bad")
    return redirect(_here(_looked(clock.now())))


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The way of those at the hotel who keep halls and see no list of bookings, where the others find it."""
    if not access.reads_house(asking) or bookings.sees_bookings(asking):
        return []
    return [NavigationLink("diary.house", _("Halls"), 30, ("diary.",))]


def _close(form: ClosureForm) -> None:
    days = (form.from_day.data, form.from_time.data), (form.until_day.data, form.until_time.data)
    starts, ends = (datetime.combine(day or abort(400), time or abort(400)) for day, time in days)
    closures.close_hall(
        token=uuid.UUID(form.token.data or ""),
        hall_id=uuid.UUID(form.hall.data),
        property_ids=visitor().properties(*access.KEEPERS),
        starts=starts,
        ends=ends,
        reason=(form.reason.data or "").strip(),
        by_id=visitor().person_id or 0,
        at=clock.now(),
    )


def _looked(at: datetime) -> Looked:
    """The hotel and the days of the address; the visitor's own hotel, today, where it names none."""
    houses = hotel.properties()
    own = visitor().properties(*access.KEEPERS)
    asked = request.args.get("hotel")
    chosen = next((each for each in houses if each.code == asked), None)
    first = chosen or next((each for each in houses if each.id in own), None) or next(iter(houses), None)
    if first is None:
        abort(404)
    today = local_date(at, first.zone)
    day = _day_in(request.args.get("day", "")) or today
    last = today + timedelta(days=HORIZON_DAYS)
    day = min(max(day, today - timedelta(days=HORIZON_DAYS)), last)
    return Looked(houses, first, day, today, request.args.get("view") == WEEK)


def _day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _frame(looked: Looked, kept: Sequence[Kept], endpoint: str) -> dict[str, Any]:
    """What both calendars are made of."""
    step = timedelta(days=7 if looked.is_week else 1)
    return {
        "looked": looked,
        "kept": kept,
        "zone": looked.house.zone,
        "kinds": Kind,
        "said": words.said_of(looked.house.zone),
        "layouts": LAYOUTS,
        "compose_url": _compose_url(looked.house),
        "tabs": [
            {"label": label, "url": _here(looked, endpoint, view=view), "count": None,
             "current": looked.is_week == (view == WEEK)}
            for view, label in ((DAY, _("Day")), (WEEK, _("Week")))
        ],
        "before_url": _here(looked, endpoint, day=looked.day - step),
        "after_url": _here(looked, endpoint, day=looked.day + step),
        "today_url": _here(looked, endpoint, day=looked.today),
        "day_url": lambda day: _here(looked, endpoint, day=day, view=DAY),
        "house_url": lambda house: _here(looked, endpoint, hotel=house.code),
    }  # fmt: skip


def _here(looked: Looked, endpoint: str = "diary.house", **other: Any) -> str:
    """The address of a calendar, with some of it other than it is."""
    day: date = other.get("day", looked.day)
    kept = {
        "hotel": other.get("hotel", looked.house.code),
        "day": day.isoformat(),
        "view": other.get("view", WEEK if looked.is_week else DAY),
    }
    return f"{url_for(endpoint)}?{urlencode(kept)}"


def _compose_url(house: Property) -> Any:
    """The order that a free stretch opens: that hall's service, at that time."""

    def address(stretch: Stretch, service: str) -> str:
        if stretch.suggested is None:
            return ""
        starts, ends = (local(each, house.zone) for each in stretch.suggested)
        asked = {"day": starts.date().isoformat(), "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
        return f"{url_for('orders.compose')}?{urlencode({'hotel': house.code, **asked, service: 1})}"

    return address


def _house_page(looked: Looked, form: ClosureForm) -> str:
    at, seen = clock.now(), bookings.reach(visitor())
    kept = queries.calendar_of(looked.house, looked.days, at=at, tells_set_up=True)
    _offer_halls(form, looked.house)
    keys = [
        (each.kind, each.key)
        for service in kept
        for hall in service.halls
        for day in hall.days
        for each in day.stretches
        if each.key is not None
    ]
    lines = [key for kind, key in keys if kind is not Kind.CLOSED]
    return render_template(
        "corporate/diary/house.html",
        form=form,
        booked=queries.bookings_of(lines),
        layout_of=queries.layouts_by_line(lines),
        closures=queries.closures_of([key for kind, key in keys if kind is Kind.CLOSED]),
        opens=seen.includes,
        reads_terms=terms.reads_terms(visitor()),
        keeps=looked.house.id in visitor().properties(*access.KEEPERS),
        now=at,
        **_frame(looked, kept, "diary.house"),
    )


def _offer_halls(form: ClosureForm, house: Property) -> None:
    form.hall.choices = [
        (str(hall.public_id), in_language(hall.name, locale_code())) for hall in closed.halls_of([house.id])
    ]

"""A booking that comes again: every day shown before it is booked, and what is left cancelled at once."""

import uuid
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.accounts import access as accounts
from portal.clock import local_date
from portal.corporate.bookings import queries as booked
from portal.corporate.bookings import words as booking_words
from portal.corporate.bookings.models import Booking
from portal.corporate.bookings.queries import Reach
from portal.corporate.bookings.rules import Wanted, typed_title
from portal.corporate.limits import queries as limits
from portal.corporate.limits.rules import NotOfTheCompany
from portal.corporate.orders.queries import order_again
from portal.corporate.series import actions, queries, rules, words
from portal.corporate.series.actions import Chosen
from portal.corporate.series.forms import CarryForm, RestForm, RhythmForm, SeriesForm
from portal.corporate.series.models import BookingSeries, Rhythm
from portal.corporate.series.rules import SeriesOfOthers
from portal.database import transaction
from portal.programme.rules import Refusal
from portal.web.formats import when
from portal.web.gate import Visitor, allow, visitor
from portal.web.pages import locale_code
from portal.web.registries import Found
from portal.web.texts import in_language

blueprint = Blueprint("series", __name__, url_prefix="/corporate/series")

Answer = str | Response | tuple[str, int]
UNPROCESSABLE = 422
USUAL = timedelta(weeks=12)


@blueprint.get("/new/<uuid:booking_id>")
@allow(accounts.books)
def repeat(booking_id: uuid.UUID) -> str:
    """How each day would be, before anything is booked."""
    return _preview_page(booking_id, SeriesForm(None, token=str(uuid.uuid4())))


@blueprint.post("/new/<uuid:booking_id>")
@allow(accounts.books)
def book(booking_id: uuid.UUID) -> Answer:
    """Book the chosen days, all of them or none."""
    form = SeriesForm()
    form.fit(limits.cost_centres(accounts.acting_account(visitor()).id))
    if not form.validate_on_submit():
        return _preview_page(booking_id, form), UNPROCESSABLE
    try:
        with transaction():
            made = _book(_first(booking_id), form)
            waiting = queries.waiting_in(made.id)
        flash(*words.made(waiting))
        return redirect(url_for("series.series", series_id=made.public_id))
    except SeriesOfOthers:
        abort(404)
    except Refusal as refusal:
        form.form_errors.append(words.refused(refusal, zone=_first(booking_id).property.zone))
    return _preview_page(booking_id, form), UNPROCESSABLE


@blueprint.get("/<uuid:series_id>")
@allow(accounts.books)
def series(series_id: uuid.UUID) -> str:
    """The bookings of a series."""
    return _page(series_id, RestForm())


@blueprint.get("/<uuid:series_id>/like/<uuid:booking_id>")
@allow(accounts.books)
def carry(series_id: uuid.UUID, booking_id: uuid.UUID) -> str:
    """How the later bookings would be if they were like this one, before anything changes."""
    return _carry_page(series_id, booking_id, CarryForm(None, token=str(uuid.uuid4())))


@blueprint.post("/<uuid:series_id>/like/<uuid:booking_id>")
@allow(accounts.books)
def carry_over(series_id: uuid.UUID, booking_id: uuid.UUID) -> Answer:
    """Change each of the chosen, as if one by one: what cannot be changed is told by name."""
    form, chosen = CarryForm(), _picked()[: rules.MOST]
    if not chosen or not form.validate_on_submit():
        form.form_errors.append(words.NOTHING_CHOSEN)
        return _carry_page(series_id, booking_id, form), UNPROCESSABLE
    token = _uuid(form.token.data)
    refused = [said for one in chosen if (said := _carried(one, series_id, booking_id, token))]
    if done := len(chosen) - len(refused):
        flash(words.carried(done), "ok")
    for said in refused:
        flash(said, "bad")
    return redirect(url_for("series.series", series_id=series_id))


@blueprint.post("/<uuid:series_id>/rest")
@allow(accounts.books)
def cancel_rest(series_id: uuid.UUID) -> Answer:
    """Cancel the bookings from a day on."""
    form, account_id = RestForm(), accounts.acting_account(visitor()).id
    if form.validate_on_submit():
        try:
            with transaction():
                ended = actions.cancel_from(
                    public_id=series_id, account_id=account_id, day=form.day.data or abort(400),
                    reason=(form.reason.data or "").strip(), by_id=visitor().person_id or 0, at=clock.now(),
                )  # fmt: skip
            flash(ngettext("%(num)s booking is cancelled.", "%(num)s bookings are cancelled.", ended), "ok")
            return redirect(url_for("series.series", series_id=series_id))
        except SeriesOfOthers:
            abort(404)
        except Refusal as refusal:
            form.form_errors.append(words.refused(refusal, zone=_zone(account_id, series_id)))
    return _page(series_id, form), UNPROCESSABLE


def find(asking: Visitor, text: str, limit: int) -> list[Found]:
    """For the search of the top bar."""
    account_id = accounts.acting_account_id(asking) if accounts.books(asking) else None
    if account_id is None:
        return []
    return [
        Found(
            kind=_("Series"),
            title=in_language(each.first.title, locale_code()),
            detail=f"{words.RHYTHMS[each.rhythm]} · {in_language(each.first.property.name, locale_code())}",
            url=url_for("series.series", series_id=each.public_id),
        )
        for each in queries.named(account_id, text, limit=limit)
    ]


def _first(booking_id: uuid.UUID) -> Booking:
    account = accounts.acting_account(visitor())
    return booked.booking_for(Reach(account_id=account.id), booking_id) or abort(404)


def _uuid(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        abort(400)


def _rhythm(first: Booking) -> tuple[RhythmForm, Rhythm, date]:
    """How often and until when, as the address says; every week for a quarter where it does not."""
    form = RhythmForm(request.args)
    form.rhythm.choices = [(each.value, words.RHYTHMS[each]) for each in Rhythm]
    form.validate()
    rhythm = Rhythm(form.rhythm.data) if form.rhythm.data in set(Rhythm) else Rhythm.WEEKLY
    until = form.until.data or first.service_date + USUAL
    form.rhythm.data, form.until.data = rhythm.value, until
    form.until.raw_data = None
    return form, rhythm, until


def _zone(account_id: int, series_id: uuid.UUID) -> str:
    return (queries.series_for(account_id, series_id) or abort(404)).first.property.zone


def _wanted(first: Booking, centre_id: uuid.UUID | None) -> Wanted:
    """The booking as it is asked for again, with what it names as it is now."""
    centre = limits.cost_centre_of(first.account_id, centre_id) if centre_id is not None else None
    if centre_id is not None and centre is None:
        raise NotOfTheCompany
    return Wanted(
        house=first.property,
        order=order_again(first),
        card=booked.traveller(first.account_id, first.card.public_id) if first.card is not None else None,
        bundle=first.bundle,
        cost_centre=centre,
        title=typed_title(first.title),
        note=first.note,
    )


def _book(first: Booking, form: SeriesForm) -> BookingSeries:
    _form, rhythm, until = _rhythm(first)
    try:
        chosen = [_day(*each.split("/")) for each in request.form.getlist("day")]
    except (TypeError, ValueError):
        abort(400)
    return actions.book_series(
        token=_uuid(form.token.data), first=first, wanted=_wanted(first, form.centre_id()), rhythm=rhythm,
        until=until, chosen=chosen, by_id=visitor().person_id or 0, at=clock.now(),
    )  # fmt: skip


def _day(day: str, cents: str, starts: str = "") -> Chosen:
    """A box of the page: a day, the price that was seen, and the other time where one was offered."""
    return Chosen(date.fromisoformat(day), int(cents), time.fromisoformat(starts) if starts else None)


@dataclass(frozen=True, slots=True)
class _Picked:
    """A box of the page: which booking, at which revision, at the price that was seen."""

    booking_id: uuid.UUID
    revision: int
    seen_cents: int


def _picked() -> list[_Picked]:
    try:
        found = [each.split("/") for each in request.form.getlist("booking")]
        return [_Picked(uuid.UUID(each), int(revision), int(cents)) for each, revision, cents in found]
    except ValueError:
        abort(400)


def _carried(one: _Picked, series_id: uuid.UUID, source_id: uuid.UUID, token: uuid.UUID) -> str:
    """Change one of several, in a transaction of its own; why not, where it cannot be."""
    try:
        with transaction():
            found, source, target = _of_series(series_id), _first(source_id), _first(one.booking_id)
            if target.id not in {each.id for each in queries.later_bookings(found, than=source)}:
                abort(404)
            actions.carry_over(
                token=token, source=source, target=target, revision=one.revision, seen_cents=one.seen_cents,
                by_id=visitor().person_id or 0, at=clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        target = _first(one.booking_id)
        zone = target.property.zone
        return f"{when(target.starts_at, zone)}: {words.refused(refusal, zone=zone)}"
    return ""


def _of_series(series_id: uuid.UUID) -> BookingSeries:
    return queries.series_for(accounts.acting_account(visitor()).id, series_id) or abort(404)


def _carry_page(series_id: uuid.UUID, booking_id: uuid.UUID, form: CarryForm) -> str:
    found, source, at = _of_series(series_id), _first(booking_id), clock.now()
    shown = queries.preview_changes(
        order_again(source), queries.later_bookings(found, than=source),
        note=source.note, house=source.property, at=at,
    )  # fmt: skip
    zone = source.property.zone
    able = [each for each in shown if each.refusal is None and not each.is_same]
    return render_template(
        "corporate/series/carry.html", series=found, source=source, form=form, zone=zone,
        bookings=[(each, _why(each.refusal, zone)) for each in shown], able=able,
        before_cents=sum(each.booking.bill_cents for each in able),
        after_cents=sum(each.bill_cents or 0 for each in able),
    )  # fmt: skip


def _preview_page(booking_id: uuid.UUID, form: SeriesForm) -> str:
    first, at = _first(booking_id), clock.now()
    form.fit(limits.cost_centres(first.account_id), usual_id=first.cost_centre_id)
    card = first.card
    rhythm_form, rhythm, until = _rhythm(first)
    today = local_date(at, first.property.zone)
    days = [each for each in rules.days_after(first.service_date, rhythm, until=until) if each >= today]
    order = order_again(first)
    shown = queries.preview(order, days, house=first.property, account_id=first.account_id, at=at)
    zone = first.property.zone
    return render_template(
        "corporate/series/new.html",
        first=first,
        form=form,
        rhythm_form=rhythm_form,
        lost=card is not None and booked.traveller(first.account_id, card.public_id) is None,
        series_id=queries.series_of(first.id),
        most=rules.MOST,
        days=[(each, _why(each.refusal, zone)) for each in shown],
        zone=zone,
        book_url=url_for("series.book", booking_id=booking_id, rhythm=rhythm.value, until=until.isoformat()),
    )


def _why(refusal: Refusal | None, zone: str) -> str:
    return words.refused(refusal, zone=zone) if refusal is not None else ""


def _page(series_id: uuid.UUID, form: RestForm) -> str:
    at = clock.now()
    found = queries.series_for(accounts.acting_account(visitor()).id, series_id) or abort(404)
    bookings = queries.bookings_of(found.id)
    ahead = [each for each in bookings if rules.is_cancellable(each, at=at)]
    if form.day.data is None and ahead:
        form.day.data = ahead[0].service_date
    return render_template(
        "corporate/series/series.html",
        series=found,
        bookings=bookings,
        ahead=ahead,
        form=form,
        rhythm=words.RHYTHMS[found.rhythm],
        **_words(),
    )


def _words() -> dict[str, Any]:
    return {"states": booking_words.STATES, "state_tags": booking_words.STATE_TAGS}

"""The calendars of halls: what is free, who comes, and what the house keeps closed."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.corporate.closures import actions as closures
from portal.corporate.closures.rules import BookedThen, HallOfOthers
from portal.corporate.diary import queries, rules
from portal.corporate.diary.rules import Kind
from portal.corporate.halls.models import HallClosure, HallLayout, ResourceSlot
from portal.corporate.halls.rules import AllTaken, NoneSeatsThatWay, NotLaidOutThatWay
from portal.database import db, transaction
from tests.cast import NOW
from tests.corporate.bookings.conftest import DAY, make_order
from tests.races import race
from tests.statements import count_statements

FREE = f"/corporate/halls?hotel=SEA&day={DAY}"
HOUSE = f"/corporate/halls/house?hotel=SEA&day={DAY}"
MOST_STATEMENTS = 20


@pytest.fixture
def garden(catalogue):
    """The Winter Garden: forty guests, thirty minutes of setting up."""
    return catalogue.halls["Winter Garden"]


@pytest.fixture
def close(cast, garden):
    """Close the Winter Garden for some hours of the day."""

    def close_it(first=8, last=12, **other):
        with transaction():
            return closures.close_hall(
                **{
                    "token": uuid.uuid4(), "hall_id": garden.public_id, "property_ids": [cast.seaside.id],
                    "starts": NOW.replace(day=22, hour=first, tzinfo=None),
                    "ends": NOW.replace(day=22, hour=last, tzinfo=None),
                    "reason": "New parquet", "by_id": cast.gleb.id, "at": NOW,
                } | other
            )  # fmt: skip

    return close_it


def lay_out(hall, **layouts):
    db.session.add_all(
        HallLayout(resource_id=hall.id, layout=name, capacity=n) for name, n in layouts.items()
    )
    db.session.commit()


def slots():
    return db.session.scalar(select(func.count(ResourceSlot.id)))


def days_of(cast, name, *, at=NOW, **other):
    kept = queries.calendar_of(cast.seaside, [DAY], at=at, **other)
    return next(hall.days[0] for each in kept for hall in each.halls if hall.hall.name["en"] == name)


class TestACalendar:
    def test_tells_setting_up_apart_for_the_house_alone(self, gold, book):
        book(make_order(hall=1, headcount=30))

        for_all, for_house = (days_of(gold, "Winter Garden", tells_set_up=told) for told in (False, True))

        assert [each.kind for each in for_all.stretches] == [Kind.FREE, Kind.BOOKED, Kind.FREE]
        assert [each.kind for each in for_house.stretches] == [
            Kind.FREE, Kind.SET_UP, Kind.BOOKED, Kind.FREE,
        ]  # fmt: skip
        assert for_house.stretches[2].ends_at - for_house.stretches[2].starts_at == timedelta(hours=4)

    def test_offers_what_is_free_once_there_is_time_to_set_up(self, gold, book):
        booking = book(make_order(hall=1, headcount=30))

        after = days_of(gold, "Winter Garden").free[-1]

        assert after.bookable_at == booking.ends_at + timedelta(minutes=30)

    def test_offers_nothing_that_can_no_longer_be_ordered(self, cast, catalogue):
        day = days_of(cast, "Library", at=NOW + timedelta(days=8))

        assert day.is_free_all_day
        assert day.free == []

    def test_shows_a_client_no_names_and_the_house_all_of_them(self, gold, book, client_as):
        booking = book(make_order(hall=1, headcount=30), title="Secret merger")

        seen, known = client_as(gold.carla).get(FREE).page, client_as(gold.gleb).get(HOUSE).page

        assert "Secret merger" not in seen.text
        assert "Acme" not in seen.text
        assert "Taken 10:00–14:00" not in seen.text  # it is taken from 9:30 on, for setting up
        assert "Acme Logistics" in known.text
        assert "Secret merger" in known.text
        assert f"/corporate/bookings/{booking.public_id}" in known.links

    def test_opens_an_order_at_a_free_time(self, gold, catalogue, client_as):
        bruno = client_as(gold.bruno)
        link = next(each for each in bruno.get(FREE).page.links if "starts=" in each)

        page = bruno.get(link).page

        assert dict(page.form("/bookings").fields)["day"] == DAY.isoformat()
        assert "€400" in page.text

    @pytest.mark.parametrize("day", ["2026-13-01", "0001-01-01", "9999-12-31", "x"])
    def test_bears_any_day_in_its_address(self, cast, catalogue, client_as, day):
        for view in ("day", "week", "?"):
            address = f"/corporate/halls?hotel=?&view={view}&day={day}"
            assert client_as(cast.bruno).get(address).status_code == 200

    def test_asks_the_database_as_often_for_a_week_as_for_a_day(self, gold, book, client_as):
        for hour in (8, 11, 14):
            starts = make_order().starts.replace(hour=hour)
            book(make_order(hall=1, starts=starts, ends=starts.replace(hour=hour + 2)))
        gleb = client_as(gold.gleb)

        with count_statements() as day:
            gleb.get(HOUSE)
        with count_statements() as week:
            gleb.get(f"{HOUSE}&view=week")

        assert len(day) == len(week) <= MOST_STATEMENTS


class TestALayout:
    def test_decides_which_hall_is_large_enough(self, gold, garden, catalogue, book, client_as):
        lay_out(catalogue.halls["Library"], theatre=12, boardroom=8)
        lay_out(garden, theatre=40, banquet=30)
        order = make_order(hall=1, headcount=10)

        with pytest.raises(NoneSeatsThatWay):
            book(_laid_out(order, "boardroom"))
        with pytest.raises(NotLaidOutThatWay):
            book(_laid_out(order, "u_shape"))
        booking = book(_laid_out(order, "banquet"))

        page = client_as(gold.bruno).get(f"/corporate/bookings/{booking.public_id}").page
        assert "Winter Garden, banquet, round tables" in page.text

    def test_is_kept_when_it_is_booked_again(self, gold, garden, book, client_as):
        lay_out(garden, theatre=40)
        booking = book(_laid_out(make_order(hall=1, headcount=30), "theatre"))

        page = client_as(gold.bruno).get(f"/corporate/bookings/new?again={booking.public_id}").page

        assert "theatre" in dict(page.form("/bookings").fields).values()


class TestAClosure:
    def test_takes_the_hall_from_whoever_would_book_it(self, gold, book, close):
        close()

        with pytest.raises(AllTaken):
            book(make_order(hall=1, headcount=30))
        assert days_of(gold, "Winter Garden").stretches[1].kind is Kind.CLOSED

    def test_is_refused_over_a_promise(self, gold, book, close):
        booking = book(make_order(hall=1, headcount=30))

        with pytest.raises(BookedThen) as refused:
            close()

        assert refused.value.values["reference"] == booking.reference

    def test_is_made_once_however_often_it_is_sent(self, close):
        token = uuid.uuid4()

        assert close(token=token).id == close(token=token).id
        assert slots() == 4 * 12

    @pytest.mark.race
    def test_sent_twice_in_one_second_closes_once(self, app, cast, garden, close):
        token, hall_id, houses, by_id = uuid.uuid4(), garden.public_id, [cast.seaside.id], cast.gleb.id
        db.session.commit()

        def press():
            return close(token=token, hall_id=hall_id, property_ids=houses, by_id=by_id).public_id

        assert race(app, press, press) == [token, token]

    def test_finds_no_closure_under_the_token_of_another_hall(self, catalogue, close):
        first = close()

        with pytest.raises(HallOfOthers):
            close(token=first.public_id, hall_id=catalogue.halls["Library"].public_id)

    def test_gives_back_what_is_left_when_the_hall_opens_again(self, cast, garden, close, client_as):
        close()
        gleb = client_as(cast.gleb)

        answer = gleb.submit(gleb.get(HOUSE).page, "/end")

        assert answer.status_code == 302
        assert slots() == 0
        assert db.session.scalars(select(HallClosure)).one().opened_at == NOW
        actions = set(db.session.scalars(select(AuditEntry.action)))
        assert {"hall.close", "hall.open"} <= actions

    def test_is_entered_in_the_house_calendar(self, cast, garden, client_as):
        gleb = client_as(cast.gleb)
        page = gleb.get(HOUSE).page

        answer = gleb.submit(page, "/closures?", hall=str(garden.public_id), reason="New parquet")
        turned = gleb.submit(
            gleb.get(HOUSE).page, "/closures?", hall=str(garden.public_id), reason="x", until_time="07:00"
        )

        assert answer.status_code == 302
        assert "New parquet" in gleb.get(HOUSE).page.text
        assert turned.status_code == 422
        assert "It has to end after it begins" in turned.page.text


def _laid_out(order, layout):
    return replace(order, wishes=tuple(replace(wish, layout=layout) for wish in order.wishes))


class TestTheDaysShown:
    def test_of_a_week_begin_on_its_monday(self):
        days = rules.days_shown(DAY + timedelta(days=3), is_week=True)

        assert (days[0], len(days)) == (DAY, 7)

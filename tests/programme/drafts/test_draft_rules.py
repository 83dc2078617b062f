"""The rules of drafts: from where one begins, what it follows, and what none may hold."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, FormField, SelectField

from portal.outbox.rules import is_quiet
from portal.programme.drafts import forms, rules
from portal.programme.inputs.forms import ClockField
from portal.programme.publication import rules as publication
from portal.programme.publication import words
from portal.programme.publication.rules import notice
from portal.programme.rules import DoorsNotRising, FieldOutOfRange, default_rules
from portal.programme.terms.rules import VatRate
from tests.programme.strategies import versions

TODAY = date(2026, 6, 15)
FIRST = default_rules()
COMING = replace(FIRST, version=2, effective_from=date(2026, 12, 1), cap_bp=2_500)


def draft(base=FIRST, **fields):
    return replace(base, **({"version": 3, "effective_from": date(2027, 1, 1)} | fields))


def sent_back(app, section, held):
    """The rules after the form of a section was opened and sent as a browser would."""
    with app.test_request_context(method="POST"):
        shown = forms.filled(section, held, 1)
        fields = MultiDict(list(entered(shown)))
        return forms.form_of(section)(formdata=fields, meta={"csrf": False}).applied(held)


def entered(form):
    for field in form:
        inner = [entry.form for entry in field.entries] if isinstance(field, FieldList) else []
        inner += [field.form] if isinstance(field, FormField) else []
        for one in inner:
            yield from entered(one)
        if isinstance(field, SelectField):
            yield field.name, field.data
        elif isinstance(field, ClockField):
            # What is no time of the day to it a browser shows as nothing, and sends as nothing.
            yield field.name, field._value() if re.fullmatch(r"\d\d:\d\d", field._value()) else ""
        elif not inner and (field.data or not isinstance(field, BooleanField)):
            yield field.name, "y" if isinstance(field, BooleanField) else field._value()


def rates(number, vat_bp=2_000):
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(number))
    return tuple(VatRate("room", "", day, vat_bp) for day in days)


class TestBegun:
    def test_takes_over_what_is_published_and_still_to_come(self):
        begun = rules.begun(start="in_force", versions=[FIRST, COMING], number=3, today=TODAY)

        assert (begun.cap_bp, begun.effective_from) == (2_500, date(2027, 1, 1))

    @pytest.mark.parametrize(
        ("day", "number"),
        [(date(2026, 12, 2), 2), (date(2026, 12, 1), 1), (date(1, 1, 1), 1), (date(9999, 12, 31), 2)],
    )
    def test_follows_the_last_version_to_take_effect_before_it(self, day, number):
        assert rules.before([FIRST, COMING], draft(effective_from=day)).version == number


class TestCheckSaved:
    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"effective_from": date(2206, 8, 1)}, rules.DayTooFar),
            ({"effective_from": date(9999, 12, 31)}, rules.DayTooFar),
            ({"effective_from": date(1, 1, 1)}, rules.DayTooFar),
            ({"vat": rates(1, vat_bp=3_001)}, FieldOutOfRange),
            ({"vat": rates(rules.MOST_LINES + 1)}, FieldOutOfRange),
            (
                {"tiers": (*FIRST.tiers[:3], replace(FIRST.tiers[3], late_checkout=None))},
                DoorsNotRising,
            ),
            ({"tiers": (*FIRST.tiers[:3], replace(FIRST.tiers[3], souvenir="card"))}, DoorsNotRising),
            (
                {"contact_budget": replace(FIRST.contact_budget, quiet_from="00:00", quiet_until="23:30")},
                rules.QuietAllDay,
            ),
            (
                {"contact_budget": replace(FIRST.contact_budget, quiet_from="20:30", quiet_until="20:10")},
                rules.QuietAllDay,
            ),
        ],
    )
    def test_refuses(self, fields, refusal):
        with pytest.raises(refusal):
            rules.check_saved(draft(**fields), TODAY)

    def test_lets_the_agreed_table_pass(self):
        rules.check_saved(draft(vat=rates(rules.MOST_LINES)), TODAY)


class TestPublication:
    def test_refuses_what_somebody_could_lose_by_climbing(self):
        tiers = (*FIRST.tiers[:2], replace(FIRST.tiers[2], nights=50, late_checkout=None), *FIRST.tiers[3:])

        with pytest.raises(DoorsNotRising):
            publication.check(versions=[FIRST], draft=draft(tiers=tiers), today=TODAY, is_rehearsed=True)

    def test_keeps_the_longest_notice_that_is_promised(self):
        longer = replace(FIRST, version=2, effective_from=date(2026, 8, 1), notice_days=90)
        stricter = draft(longer, effective_from=date(2026, 8, 2), cap_bp=0)

        found = notice(versions=[FIRST, longer], draft=stricter, today=date(2026, 7, 2))

        assert (found.notice_days, found.earliest) == (90, date(2026, 9, 30))

    @pytest.mark.parametrize("vat", [(), rates(1)])
    def test_tells_taxes_from_what_takes_nothing(self, vat):
        found = notice(versions=[FIRST], draft=draft(vat=vat, lot_months=36), today=TODAY)

        assert (found.worse, found.taxes) == ((), bool(vat))


def quiet(begins, ends):
    return replace(FIRST.contact_budget, quiet_from=begins, quiet_until=ends)


def clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


moments = st.integers(0, 24 * 60 - 1)


class TestQuietHours:
    @pytest.mark.parametrize(
        ("begins", "ends", "hours"),
        [
            ("20:00", "09:00", (20, 9)),
            ("20:30", "08:10", (20, 9)),
            ("00:00", "23:00", (0, 23)),
            # As good as the whole day, of an older version: an hour is left, and the rest stays quiet.
            ("00:00", "23:30", (0, 23)),
            ("20:30", "20:10", (20, 19)),
            ("08:00", "08:00", (8, 8)),
        ],
    )
    def test_are_whole_ones(self, begins, ends, hours):
        policy = publication.contact_policy(quiet(begins, ends))

        assert (policy.quiet_from_hour, policy.quiet_to_hour) == hours

    @given(moments, moments)
    def test_never_vanish_and_hold_every_minute_that_was_agreed(self, begins, ends):
        budget = quiet(clock(begins), clock(ends))
        policy = publication.contact_policy(budget)

        silent = [
            is_quiet(at=datetime(2026, 1, 5, hour, tzinfo=UTC), zone="UTC", policy=policy)
            for hour in range(24)
        ]

        assert any(silent) == (begins != ends)
        minutes = [(begins + more) % (24 * 60) // 60 for more in range((ends - begins) % (24 * 60))]
        left = {hour for hour in minutes if not silent[hour]}
        try:
            rules.check_saved(draft(contact_budget=budget), TODAY)
        except rules.QuietAllDay:
            assert len(left) <= 1
            assert sum(silent) == 23
        else:
            assert left == set()


# Each database has an instance of the class of its own, and nothing is kept in either.
ON_EACH_DATABASE = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)


class TestForms:
    @given(moments, moments)
    @settings(max_examples=40, deadline=None, suppress_health_check=ON_EACH_DATABASE)
    def test_of_the_contact_budget_give_back_the_hours_that_are_stored(self, app, begins, ends):
        stored = draft(contact_budget=quiet(clock(begins), clock(ends)))

        assert sent_back(app, "contact", stored) == stored

    @pytest.mark.parametrize(
        ("stored", "shown"), [("2000", "20:00"), ("20", "20:00"), ("T20:00", "20:00"), ("00:00", "00:00")]
    )
    def test_show_a_time_as_browsers_read_it(self, app, stored, shown):
        held = draft(contact_budget=quiet(stored, "09:00"))

        assert sent_back(app, "contact", held) == draft(contact_budget=quiet(shown, "09:00"))

    def test_of_tiers_keep_a_late_check_out_however_it_is_written(self, app):
        tiers = (*FIRST.tiers[:3], replace(FIRST.tiers[3], late_checkout="1800"))

        assert sent_back(app, "tiers", draft(tiers=tiers)) == draft()

    @given(held=versions)
    @settings(max_examples=20, deadline=None, suppress_health_check=ON_EACH_DATABASE)
    @pytest.mark.parametrize("section", ["tiers", "discounts", "accrual", "points", "credits", "contact"])
    def test_give_back_what_is_stored(self, app, section, held):
        assert sent_back(app, section, held) == held

    def test_open_a_table_that_is_full(self, app):
        with app.test_request_context():
            form = forms.filled("vat", draft(vat=rates(rules.MOST_LINES)), 1)

        assert len(form["vat"].entries) == rules.MOST_LINES + 1


@pytest.mark.parametrize(
    ("doors", "spend", "nights"),
    [
        ("either", "Or spend", "Nights"),
        ("nights", "Spend (opens no door)", "Nights"),
        ("spend", "Spend", "Nights (open no door)"),
    ],
)
def test_a_door_that_opens_nothing_is_told(app, doors, spend, nights):
    with app.test_request_context():
        _, rows = words.tier_table(replace(FIRST, doors=doors))

    assert {spend, nights} <= {label for label, _ in rows}

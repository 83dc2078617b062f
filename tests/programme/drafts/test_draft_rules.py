"""The rules of drafts: from where one begins, what it follows, and what none may hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from portal.programme.drafts import forms, rules
from portal.programme.publication import rules as publication
from portal.programme.publication import words
from portal.programme.publication.rules import notice
from portal.programme.rules import DoorsNotRising, FieldOutOfRange, default_rules
from portal.programme.terms.rules import VatRate

TODAY = date(2026, 6, 15)
FIRST = default_rules()
COMING = replace(FIRST, version=2, effective_from=date(2026, 12, 1), cap_bp=2_500)


def draft(base=FIRST, **fields):
    return replace(base, **({"version": 3, "effective_from": date(2027, 1, 1)} | fields))


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


class TestForms:
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

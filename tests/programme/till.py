"""A till for tests: one account's ledger, moved by short words."""

from datetime import UTC, date, datetime

from portal.programme.chain.rules import Bucket, Entry
from portal.programme.earning.rules import accrual, manual_credit
from portal.programme.ledger.rules import (
    accrue,
    activate,
    credit,
    expire,
    hold,
    open_ledger,
    refund,
    release,
    reverse,
    spend,
)
from portal.programme.rules import ROOMS
from tests.programme.strategies import RULES

DAY = date(2025, 6, 1)
PENDING, ACTIVE, HELD, SPENT = Bucket.PENDING, Bucket.ACTIVE, Bucket.HELD, Bucket.SPENT


def noon(day=DAY):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Till:
    """A ledger with shorthand, and the entries it wrote."""

    def __init__(self):
        self.ledger = open_ledger("acme")
        self.entries = []

    def keep(self, outcome):
        if isinstance(outcome, Entry):
            self.entries.append(outcome)
        return outcome

    def earn(self, points, key, day=DAY):
        earned = accrual(rules=RULES, tier="partner", bases=[(ROOMS, points * 50)], earned_on=day)
        return self.keep(
            accrue(self.ledger, key=key, reference=key, earned=earned, at=noon(day), service_date=day)
        )

    def give(self, points, key="c", day=DAY):
        earned = manual_credit(rules=RULES, points=points, earned_on=day)
        return self.keep(
            credit(self.ledger, key=key, reference=key, earned=earned, at=noon(day), service_date=day)
        )

    def activate(self, lot, day):
        return self.keep(activate(self.ledger, lot=lot, at=noon(day), day=day))

    def expire(self, lot, day):
        return self.keep(expire(self.ledger, lot=lot, at=noon(day), day=day))

    def hold(self, points, key="h", day=DAY, until=None):
        return self.keep(
            hold(self.ledger, key=key, reference="perk", points=points, at=noon(day), day=day, until=until)
        )

    def spend(self, key="s", held="h", points=None, day=DAY):
        return self.keep(spend(self.ledger, key=key, hold=held, at=noon(day), day=day, points=points))

    def release(self, key="l", held="h", day=DAY):
        return self.keep(release(self.ledger, rules=RULES, key=key, hold=held, at=noon(day), day=day))

    def refund(self, spent, key="b", day=DAY):
        return self.keep(
            refund(self.ledger, rules=RULES, key=key, reference="perk", spent=spent, at=noon(day), day=day)
        )

    def reverse(self, accrual_key, day=DAY):
        return self.keep(
            reverse(self.ledger, accrual_key=accrual_key, reference="r", at=noon(day), service_date=day)
        )

    def balances(self):
        return {bucket.value: points for bucket, points in self.ledger.balances.items() if points}

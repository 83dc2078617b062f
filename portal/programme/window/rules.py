"""The window of a standing while it slides: what enters is added, what leaves is taken off.

It counts what `standing.rules.count` counts: a night d on a day when day - days <= d < day, money by
the day of check-out or fulfilment when day - days < d <= day. Days are ordinals. Kept are sums a day,
not stays: the memory is that of the days.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """Nights, spend and event spend (EUR cents) of the `days` before the day it was moved to."""

    days: int
    first: int = 0
    nights: int = 0
    spend_cents: int = 0
    event_cents: int = 0
    _nights: dict[int, int] = field(default_factory=dict)
    _spend: dict[int, int] = field(default_factory=dict)
    _events: dict[int, int] = field(default_factory=dict)
    _ahead: list[int] = field(default_factory=list)
    """Nights that were paid for and left before they came: each counts from its own day on."""

    def copy(self) -> "Window":
        """A window that goes its own way."""
        sums = (self.days, self.first, self.nights, self.spend_cents, self.event_cents)
        return Window(*sums, dict(self._nights), dict(self._spend), dict(self._events), list(self._ahead))

    def move(self, day: int) -> None:
        """Let the window end on a day, which is never earlier than it was."""
        first = day - self.days
        if self.nights or self.spend_cents:
            for gone in range(self.first, first):
                self.nights -= self._nights.get(gone, 0)
                # Money leaves with the night before its day.
                self.spend_cents -= self._spend.get(gone + 1, 0)
                self.event_cents -= self._events.get(gone + 1, 0)
        self.first = max(self.first, first)
        if self._ahead:
            come = [night for night in self._ahead if night < day]
            self._ahead = [night for night in self._ahead if night >= day]
            for night in come:
                self._add_night(night)

    def add(  # noqa: PLR0917 -- for every stay of every account: names cost as much as the sums
        self, day: int, first: int, nights: int, counted_on: int, spend_cents: int, event_cents: int
    ) -> None:
        """Count a stay or an order that came in on the day to which the window was moved."""
        for night in range(first, first + nights):
            if night < day:
                self._add_night(night)
            else:
                self._ahead.append(night)
        self._spend[counted_on] = self._spend.get(counted_on, 0) + spend_cents
        if event_cents:
            self._events[counted_on] = self._events.get(counted_on, 0) + event_cents
        if counted_on > self.first:
            self.spend_cents += spend_cents
            self.event_cents += event_cents

    def resize(self, days: int, day: int) -> None:
        """Look further back from now on, or less far."""
        self.move(day)
        if days == self.days:
            return
        self.days, self.first = days, day - days
        self.nights = sum(count for night, count in self._nights.items() if night >= self.first)
        self.spend_cents = sum(cents for paid, cents in self._spend.items() if paid > self.first)
        self.event_cents = sum(cents for paid, cents in self._events.items() if paid > self.first)

    def _add_night(self, night: int) -> None:
        self._nights[night] = self._nights.get(night, 0) + 1
        if night >= self.first:
            self.nights += 1

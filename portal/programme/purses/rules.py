"""Points by the day on which they die: all that a replay needs of a ledger. Days are ordinals."""

from dataclasses import dataclass, field
from heapq import heappop


@dataclass(slots=True)
class Purse:
    """Points by the day on which they die. Those that wait lie apart, by the day they become active."""

    waiting: list[tuple[int, int, int]] = field(default_factory=list)
    active: dict[int, int] = field(default_factory=dict)
    expired_points: int = 0
    spent_points: int = 0

    def settle(self, day: int) -> None:
        """Let become active and die what is due up to and including a day."""
        waiting, active = self.waiting, self.active
        while waiting and waiting[0][0] <= day:
            _, dies, points = heappop(waiting)
            active[dies] = active.get(dies, 0) + points
        for dies in [dies for dies in active if dies < day]:
            self.expired_points += active.pop(dies)

    def spend(self, points: int) -> None:
        """Take as many as there are, those first that die first."""
        for dies in sorted(self.active):
            part = min(points, self.active[dies])
            self.active[dies] -= part
            self.spent_points += part
            points -= part
            if not points:
                return

    @property
    def outstanding_points(self) -> int:
        """What the house owes: active and waiting."""
        return sum(self.active.values()) + sum(points for _, _, points in self.waiting)

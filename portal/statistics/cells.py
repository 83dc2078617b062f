"""Which cells of a table may be shown: small ones identify people, and sums betray the small ones.

The limits are those of every report on guests: under 5 answers hidden, 5 to 9 dots only, 10 to 29 with
the interval and the words "low base", from 30 plain.
"""

from collections.abc import Hashable, Sequence
from enum import StrEnum
from itertools import combinations, product

Place = tuple[int, Hashable]
"""A part: of which partition, and which one."""

LEAST_SHOWN = 5
LEAST_WITH_INDEX = 10
LEAST_PLAIN = 30


class Cell(StrEnum):
    """How a figure that stands on so many answers is shown."""

    HIDDEN = "hidden"
    DOTS = "dots"
    LOW_BASE = "low_base"
    PLAIN = "plain"


def cell(answers: int) -> Cell:
    """How a figure on so many answers is shown."""
    if answers < LEAST_SHOWN:
        return Cell.HIDDEN
    if answers < LEAST_WITH_INDEX:
        return Cell.DOTS
    return Cell.LOW_BASE if answers < LEAST_PLAIN else Cell.PLAIN


class Voices:
    """Sets of answers as bits of a whole number, and how many people a set holds."""

    def __init__(self, people: Sequence[int]) -> None:
        self._people = people
        self.whole = (1 << len(people)) - 1

    def parts(self, labels: Sequence[Hashable]) -> dict[Hashable, int]:
        """The set of each label."""
        found: dict[Hashable, int] = {}
        for place, label in enumerate(labels):
            found[label] = found.get(label, 0) | 1 << place
        return found

    def are_few(self, voices: int) -> bool:
        """Whether there are some, of fewer people than are shown. One person may answer many times."""
        seen: set[int] = set()
        while voices and len(seen) < LEAST_SHOWN:
            seen.add(self._people[voices.bit_length() - 1])
            voices ^= 1 << voices.bit_length() - 1
        return 0 < len(seen) < LEAST_SHOWN


def open_parts(people: Sequence[int], partitions: Sequence[Sequence[Hashable]]) -> list[frozenset[Hashable]]:
    """Which parts of a published whole may be shown beside it and beside each other.

    `people` says who gave each answer, each of `partitions` into which of its parts the answer falls.
    A part is hidden when it holds few, when the whole less the other parts would leave few, and when
    parts of one partition together, taken from or added to parts of the others together, would leave few.
    A whole of few shows no part. The work doubles with each part of every partition but the largest.
    """
    voices = Voices(people)
    if voices.are_few(voices.whole):
        return [frozenset() for _ in partitions]
    shown = [
        {key: part for key, part in voices.parts(labels).items() if not voices.are_few(part)}
        for labels in partitions
    ]
    while (telling := _telling(voices, shown)) is not None:
        place, key = telling
        del shown[place][key]
    return [frozenset(parts) for parts in shown]


def _telling(voices: Voices, shown: Sequence[dict[Hashable, int]]) -> Place | None:
    """A part that tells a few answers together with what else is shown: the smallest of those that do."""
    rests = [_rest(voices, parts) for parts in shown]
    telling = next((place for place, rest in enumerate(rests) if voices.are_few(rest)), None)
    if telling is not None:
        return _smallest(shown, [(telling, key) for key in shown[telling]])
    if not shown:
        return None
    largest = max(range(len(shown)), key=lambda place: len(shown[place]))
    blocks = [*(((largest, key), part) for key, part in shown[largest].items()), (None, rests[largest])]
    others = [_unions(voices, place, parts) for place, parts in enumerate(shown) if place != largest]
    for taken in product(*others):
        left, subtracted = _left([union for _, union in taken], blocks)
        if voices.are_few(left):
            return _smallest(shown, [*subtracted, *(one for used, _ in taken for one in used)])
    return None


def _rest(voices: Voices, parts: dict[Hashable, int]) -> int:
    """What the whole less all parts leaves: as known as they are."""
    rest = voices.whole
    for part in parts.values():
        rest &= ~part
    return rest


def _unions(voices: Voices, place: int, parts: dict[Hashable, int]) -> list[tuple[list[Place], int]]:
    """Every set that the sums of parts give, or the whole less them, each with the parts it takes."""
    found: dict[int, list[Place]] = {}
    for size in range(len(parts) + 1):
        for keys in combinations(parts, size):
            union = 0
            for key in keys:
                union |= parts[key]
            used = [(place, key) for key in keys]
            found.setdefault(union, used)
            found.setdefault(voices.whole & ~union, used)
    return [(used, union) for union, used in found.items()]


def _left(sets: Sequence[int], blocks: Sequence[tuple[Place | None, int]]) -> tuple[int, list[Place]]:
    """The fewest answers that the sets' sum leaves, less whole blocks, and the blocks it takes away.

    A block is taken away as often as each of its answers is counted: less often would leave all of it.
    More often would turn signs around, and that is what the sum of the complements tells.
    """
    levels: list[int] = []
    for one in sets:
        # How many of the sets an answer is in: the first level holds those in at least one, and so on.
        over = one
        for number, level in enumerate(levels):
            levels[number], over = level | over, level & over
        levels.append(over)
    left, subtracted = 0, []
    for place, block in blocks:
        partly = next((level for level in levels if block & ~level), 0)
        left |= block & partly
        if place is not None and levels and not block & ~levels[0]:
            subtracted.append(place)
    return left, subtracted


def _smallest(shown: Sequence[dict[Hashable, int]], places: Sequence[Place]) -> Place:
    return min(places, key=lambda one: (shown[one[0]][one[1]].bit_count(), one[0], str(one[1])))

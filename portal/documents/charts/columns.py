"""Columns by month."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.documents.charts.kit import SMALL, WIDTH, Palette, Pen, Picture

LEFT, TOP, BOTTOM, HEIGHT = 44, 16, 34, 112
STEPS = (1, 2, 3, 4, 5, 6, 8)
CHARACTER = 6.5
"""The width of a digit in bold."""


@dataclass(frozen=True, slots=True)
class Month:
    """One column; `figure` is its value as it is written, `label` the month in short."""

    label: str
    value: int
    figure: str


def months(rows: Sequence[Month], *, unit: str, said: str, ink: Palette) -> Picture:
    """Columns from zero, the tallest and the last one with their figure; the unit stands at the axis."""
    pen = Pen(ink)
    top = _round_up(max((row.value for row in rows), default=1) or 1)
    width = WIDTH - LEFT
    for share in (0, 1, 2):
        y = TOP + HEIGHT - HEIGHT * share / 2
        pen.line((LEFT, y), (WIDTH, y), ink.line)
        pen.text(LEFT - 6, y + 4, str(top * share // 2), ink.muted, anchor="end", size=SMALL)
    pen.text(LEFT - 6, 8, unit, ink.muted, anchor="end", size=SMALL)
    tallest = max((row.value for row in rows), default=0)
    step = width / max(len(rows), 1)
    for number, row in enumerate(rows):
        x, height = LEFT + number * step, HEIGHT * row.value / top
        pen.box(x + step * 0.18, TOP + HEIGHT - height, width=step * 0.64, height=height, ink=ink.bar)
        is_last = number == len(rows) - 1
        if row.value and (row.value == tallest or is_last):
            # The last one may be wider than its column: it ends where the picture does, over its neighbour.
            is_wide = is_last and len(row.figure) * CHARACTER > step
            beside = HEIGHT * rows[number - 1].value / top if is_wide and number else 0
            over = TOP + HEIGHT - max(height, beside) - 4
            place, anchor = (WIDTH, "end") if is_wide else (x + step / 2, "middle")
            pen.text(place, over, row.figure, ink.ink, anchor=anchor, size=SMALL, bold=True)
        if number % max(1, len(rows) // 12) == 0:
            is_wide = is_last and len(row.label) * CHARACTER > step
            place, anchor = (WIDTH, "end") if is_wide else (x + step / 2, "middle")
            pen.text(place, TOP + HEIGHT + 14, row.label, ink.muted, anchor=anchor, size=SMALL)
    return pen.finish(height=TOP + HEIGHT + BOTTOM - 14, said=said)


def _round_up(value: int) -> int:
    """The next even number of one figure and noughts: an axis that can be halved."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= value and (step * power) % 2 == 0:
                return step * power
        power *= 10

"""Bars of sums: what things add up to, side by side, and what is gained or lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.documents.charts.kit import ROW, SMALL, WIDTH, Palette, Pen, Picture, cut, said_of

LABELS, FIGURES, HEAD = 190, 110, 30
BAR = 18
CHARACTERS = 27
MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar of two parts from zero, its whole in words; `is_marked` is the one that others stand beside."""

    label: str
    first: int
    second: int
    figure: str
    said: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Gain:
    """One bar to the right of the middle when something is gained, to the left when it is lost."""

    label: str
    value: int
    figure: str
    said: str


def stacks(rows: Sequence[Stack], *, legend: tuple[str, str], ink: Palette) -> Picture:
    """Bars of two parts each, on one scale that begins at zero; a line marks the one that is marked."""
    pen = Pen(ink)
    width = WIDTH - LABELS - FIGURES
    most = max((row.first + row.second for row in rows), default=0) or 1
    for place, (name, fill) in enumerate(zip(legend, (ink.bar, ink.brass), strict=True)):
        x = LABELS + place * width / 2
        pen.box(x, 6, width=SMALL, height=SMALL, ink=fill)
        pen.text(x + SMALL + 5, 15, name, ink.muted, size=SMALL)
    for number, row in enumerate(rows):
        y = HEAD + number * ROW
        first, second = width * row.first / most, width * row.second / most
        pen.text(LABELS - 10, y + 13, cut(row.label, CHARACTERS), ink.ink, anchor="end", bold=row.is_marked)
        pen.box(LABELS, y, width=first, height=BAR, ink=ink.bar)
        pen.box(LABELS + first, y, width=second, height=BAR, ink=ink.brass)
        pen.text(WIDTH - FIGURES + 10, y + 13, row.figure, ink.ink, bold=row.is_marked)
    height = HEAD + len(rows) * ROW
    for row in rows:
        if row.is_marked:
            x = LABELS + width * (row.first + row.second) / most
            pen.line((x, HEAD - 6), (x, height - ROW + BAR + 6), ink.stroke, dashes="4 3")
    return pen.finish(height=height, said=said_of([row.said for row in rows]))


def gains(rows: Sequence[Gain], *, ink: Palette) -> Picture:
    """Bars on both sides of a middle line; the scale is that of the largest."""
    pen = Pen(ink)
    half = (WIDTH - LABELS - FIGURES) * MIDDLE
    middle, height = LABELS + half, len(rows) * ROW
    most = max((abs(row.value) for row in rows), default=0) or 1
    for number, row in enumerate(rows):
        y, long = 4 + number * ROW, half * abs(row.value) / most
        pen.text(LABELS - 10, y + 13, cut(row.label, CHARACTERS), ink.ink, anchor="end")
        if row.value < 0:
            pen.box(middle - long, y, width=long, height=BAR, ink=ink.against)
        else:
            pen.box(middle, y, width=long, height=BAR, ink=ink.bar)
        pen.text(WIDTH - FIGURES + 10, y + 13, row.figure, ink.ink, bold=bool(row.value))
    pen.line((middle, 0), (middle, height), ink.stroke)
    return pen.finish(height=height, said=said_of([row.said for row in rows]))

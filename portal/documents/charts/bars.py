"""Bars: voices for and against, and places among peers."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.documents.charts.kit import ROW, SMALL, WIDTH, Palette, Pen, Picture, cut, said_of

LABELS, FIGURES, HEAD = 170, 120, 30
PLACES, MEASURED = 110, 150
BAR = 18
LEAST_FOR_TEXT = 26
CHARACTERS = 21
MIDDLE = 50


@dataclass(frozen=True, slots=True)
class Voices:
    """One bar: how many detract, stand between and promote; its figure and its interval in words."""

    label: str
    detractors: int
    passives: int
    promoters: int
    figure: str
    note: str
    said: str


@dataclass(frozen=True, slots=True)
class Place:
    """One bar from 0 to 100: a percentile among peers, and the figure behind it in words."""

    label: str
    percentile: int | None
    """None where there is nobody to be compared with."""
    figure: str
    said: str


def voices(rows: Sequence[Voices], *, legend: tuple[str, str, str], ink: Palette) -> Picture:
    """Stacked bars of detractors, passives and promoters, each with its share written on it."""
    pen = Pen(ink)
    width = WIDTH - LABELS - FIGURES
    fills = (ink.against, ink.soft, ink.bar)
    for place, (name, fill) in enumerate(zip(legend, fills, strict=True)):
        x = place * WIDTH / 3
        pen.box(x, 6, width=SMALL, height=SMALL, ink=fill)
        pen.text(x + SMALL + 5, 15, name, ink.muted, size=SMALL)
    for number, row in enumerate(rows):
        y = HEAD + number * ROW
        pen.text(LABELS - 10, y + 13, cut(row.label, CHARACTERS), ink.ink, anchor="end")
        _stack(pen, row, y, width)
        pen.text(WIDTH - FIGURES + 10, y + 9, row.figure, ink.ink, bold=True)
        pen.text(WIDTH - FIGURES + 10, y + 22, row.note, ink.muted, size=SMALL)
    return pen.finish(height=HEAD + len(rows) * ROW, said=said_of([row.said for row in rows]))


def places(rows: Sequence[Place], *, scale: tuple[str, str, str], ink: Palette) -> Picture:
    """Bars of percentiles with the middle of the peers marked; the axis runs from 0 to 100."""
    pen = Pen(ink)
    width, height = WIDTH - PLACES - MEASURED, len(rows) * ROW
    for number, row in enumerate(rows):
        y = 4 + number * ROW
        pen.text(PLACES - 10, y + 14, cut(row.label, CHARACTERS), ink.ink, anchor="end")
        pen.box(PLACES, y, width=width, height=BAR + 2, ink=ink.soft)
        if row.percentile is not None:
            pen.box(PLACES, y + 5, width=width * row.percentile / 100, height=BAR - 8, ink=ink.bar)
        pen.text(WIDTH - MEASURED + 10, y + 14, row.figure, ink.ink, bold=True)
    middle = PLACES + width * MIDDLE / 100
    pen.line((middle, 0), (middle, height), ink.stroke, dashes="4 3")
    ends = zip((PLACES, middle, PLACES + width), scale, ("start", "middle", "end"), strict=True)
    for x, name, anchor in ends:
        pen.text(x, height + 14, name, ink.muted, anchor=anchor, size=SMALL)
    return pen.finish(height=height + 20, said=said_of([row.said for row in rows]))


def _stack(pen: Pen, row: Voices, y: float, width: float) -> None:
    total = row.detractors + row.passives + row.promoters
    x: float = LABELS
    parts = (
        (row.detractors, pen.ink.against, pen.ink.ink),
        (row.passives, pen.ink.soft, pen.ink.ink),
        (row.promoters, pen.ink.bar, pen.ink.on_bar),
    )
    for number, fill, letters in parts:
        part = width * number / total if total else 0
        pen.box(x, y, width=part, height=BAR, ink=fill)
        if part >= LEAST_FOR_TEXT:
            pen.text(x + part / 2, y + 13, str(number), letters, anchor="middle", size=SMALL)
        x += part

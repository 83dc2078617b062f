"""A ladder of stages: a narrow picture, whose letters stay large where it is drawn small."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.documents.charts.kit import Palette, Pen, Picture, said_of

NARROW = 360
LABELS, DOT = 112, 16
ROW, BAR = 21, 13


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder."""

    label: str
    is_reached: bool
    is_here: bool


def ladder(rungs: Sequence[Rung], *, ink: Palette) -> Picture:
    """Stages from the lowest at the foot to the highest, each a step longer; the one reached is marked."""
    pen = Pen(ink)
    width = NARROW - LABELS - DOT
    for number, rung in enumerate(rungs):
        y, long = ROW * (len(rungs) - 1 - number) + 2, width * (number + 1) / len(rungs)
        pen.text(LABELS - 8, y + BAR - 2, rung.label, ink.ink, anchor="end", bold=rung.is_here)
        pen.box(LABELS, y, width=long, height=BAR, ink=ink.bar if rung.is_reached else ink.soft)
        if rung.is_here:
            pen.dot(LABELS + long + DOT / 2, y + BAR / 2, 5, ink.brass)
    here = [rung.label for rung in rungs if rung.is_here]
    said = said_of(here or [rungs[0].label])
    return pen.finish(height=ROW * len(rungs), said=said, width=NARROW)

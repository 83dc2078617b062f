"""What all charts share: the palette, the pen, and a picture that says in a sentence what it shows.

A page's style sheet does not reach an SVG on paper, so the palette is handed in: class names on pages,
where day and night are the sheet's to tell apart, and hex on paper.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 640
ROW = 34
TEXT = 12
SMALL = 10
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Palette:
    """The attributes of each kind of ink, as they are written into a shape."""

    ink: str
    muted: str
    line: str
    stroke: str
    bar: str
    soft: str
    against: str
    brass: str
    on_bar: str


ON_PAGE = Palette(
    ink='class="ch-ink"',
    muted='class="ch-muted"',
    line='class="ch-line"',
    stroke='class="ch-stroke"',
    bar='class="ch-bar"',
    soft='class="ch-soft"',
    against='class="ch-against"',
    brass='class="ch-brass"',
    on_bar='class="ch-on-bar"',
)
ON_PAPER = Palette(
    ink='fill="#16241e"',
    muted='fill="#495650"',
    line='stroke="#ddd9cf" fill="none"',
    stroke='stroke="#16241e" fill="none"',
    bar='fill="#15563f"',
    soft='fill="#e6e2d7"',
    against='fill="#b98d86"',
    brass='fill="#c9a567"',
    on_bar='fill="#ffffff"',
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished chart: its SVG, and in one sentence what it shows."""

    svg: str
    said: str

    @property
    def inline(self) -> Markup:
        """For a page."""
        return Markup(self.svg)  # noqa: S704 -- every text in it was escaped by the pen

    @property
    def uri(self) -> str:
        """For the `src` of an `<img alt>` on paper, which is a third faster there than inline."""
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode()).decode()


class Pen:
    """Collects the shapes of one chart."""

    def __init__(self, palette: Palette) -> None:
        self.ink = palette
        self._shapes: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        said: str,
        ink: str,
        *,
        anchor: str = "start",
        size: int = TEXT,
        bold: bool = False,
    ) -> None:
        weight = ' font-weight="600"' if bold else ""
        self._shapes.append(
            f'<text x="{x:.1f}" y="{y:.1f}" {ink} font-size="{size}" text-anchor="{anchor}"{weight}>'
            f"{escape(said)}</text>"
        )

    def box(self, x: float, y: float, *, width: float, height: float, ink: str) -> None:
        self._shapes.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" {ink}/>'
        )

    def line(
        self, start: tuple[float, float], end: tuple[float, float], ink: str, *, dashes: str = ""
    ) -> None:
        (x1, y1), (x2, y2) = start, end
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self._shapes.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {ink}{dashed}/>')

    def dot(self, x: float, y: float, radius: float, ink: str) -> None:
        self._shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {ink}/>')

    def finish(self, *, height: float, said: str, width: float = WIDTH) -> Picture:
        """The picture; `said` is its title, for whoever cannot see it."""
        name = "chart" if width == WIDTH else "chart narrow"
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img"'
            f' class="{name}" font-family="Onest, sans-serif"><title>{escape(said)}</title>'
        )
        return Picture(head + "".join(self._shapes) + "</svg>", said)


def cut(text: str, most: int) -> str:
    """A label that fits its column; the table beside the chart has it whole."""
    return text if len(text) <= most else text[: most - 1].rstrip() + ELLIPSIS


def said_of(parts: Sequence[str]) -> str:
    """The sentence of a chart from those of its rows."""
    return "; ".join(parts) + "."

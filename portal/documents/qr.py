"""QR codes as SVG, for pages and for paper.

A scanner at the desk is a keyboard, and a keyboard may be set to another alphabet: what it types
must be digits (`digits_payload`). A telephone opens an address; there the last group of digits counts.
"""

import io
from typing import Any

import segno
from markupsafe import Markup

QUIET_ON_PAGES = 4
QUIET_ON_PAPER = 2
"""Modules of white around the code; paper is white itself."""


class NotDigits(ValueError):
    """A scanner's payload holds something that another keyboard layout would turn into something else."""


def digits_payload(text: str) -> str:
    """The digits of a code as printed in groups; spaces and no-break spaces between them fall out."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        raise NotDigits(text)
    return digits


def svg(payload: str, *, title: str) -> Markup:
    """An inline `<svg>` for a page; `title` says in words what the code is for.

    Dark on white in both themes: many scanners cannot read the opposite.
    """
    text = io.BytesIO()
    look = _look(QUIET_ON_PAGES)
    _code(payload).save(text, kind="svg", title=title, svgclass="qr", xmldecl=False, nl=False, **look)
    drawn = text.getvalue().decode().replace("<svg ", '<svg role="img" ', 1)
    return Markup(drawn)  # noqa: S704 -- segno escapes the title


def data_uri(payload: str) -> str:
    """For the `src` of an `<img alt=…>` on paper."""
    uri: str = _code(payload).svg_data_uri(**_look(QUIET_ON_PAPER))
    return uri


def _code(payload: str) -> segno.QRCode:
    # Medium correction: a printed card is scratched and creased. Nothing by chance: the same
    # payload is the same picture.
    return segno.make_qr(payload, error="m", boost_error=False)


def _look(border: int) -> dict[str, Any]:
    return {"border": border, "dark": "#16241e", "light": "#ffffff", "lineclass": None, "omitsize": True}

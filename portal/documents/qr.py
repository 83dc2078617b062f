"""QR codes as SVG, for pages and for paper.

A scanner at the desk is a keyboard, and a keyboard may be set to another alphabet: what it types
must be digits (`digits_payload`). A telephone opens an address; there the last group of digits counts.
"""

import io

import segno
from markupsafe import Markup

QUIET_MODULES = 2


class NotDigits(ValueError):
    """A scanner's payload holds something that another keyboard layout would turn into something else."""


def digits_payload(text: str) -> str:
    """The digits of a code as printed in groups; spaces and no-break spaces between them fall out."""
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        raise NotDigits(text)
    return digits


def svg(payload: str, *, title: str, dark: str = "currentColor") -> Markup:
    """An inline `<svg>` for a page; `title` says in words what the code is for."""
    return Markup(_drawn(payload, title=title, dark=dark, is_page=True))  # noqa: S704 -- segno escapes the title


def data_uri(payload: str, *, dark: str = "#16241e") -> str:
    """For the `src` of an `<img alt=…>` on paper."""
    code = _code(payload)
    uri: str = code.svg_data_uri(border=QUIET_MODULES, dark=dark, light="#ffffff", xmldecl=False)
    return uri


def _drawn(payload: str, *, title: str, dark: str, is_page: bool) -> str:
    text = io.BytesIO()
    _code(payload).save(
        text,
        kind="svg",
        border=QUIET_MODULES,
        dark=dark,
        light="#ffffff",
        xmldecl=not is_page,
        svgns=True,
        svgclass="qr",
        lineclass=None,
        omitsize=True,
        nl=False,
        title=title,
    )
    return text.getvalue().decode()


def _code(payload: str) -> segno.QRCode:
    # Medium correction: a printed card is scratched and creased. No mask or size by chance: the
    # same payload is the same picture.
    return segno.make_qr(payload, error="m", boost_error=False)

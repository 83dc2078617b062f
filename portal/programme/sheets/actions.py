"""Printing a derivation sheet: the same steps, figures and check as on the screen, on paper."""

from flask_babel import force_locale

from portal.documents import rendering
from portal.programme.sheets import words
from portal.programme.sheets.words import Paper


def print_sheet(paper: Paper, *, locale: str) -> bytes:
    """The sheet as a tagged PDF; the same sheet gives the same bytes. `DocumentRefused` if it cannot be."""
    with force_locale(locale):
        parts = words.parts(paper.derivations)
        return rendering.pdf("documents/programme/sheet.html", {"paper": paper, "parts": parts}, locale)

"""What a page in a real browser must be for everybody: readable, reachable, as wide as the window."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
WIDTHS = (1280, 768, 390, 320)
LEAST_TARGET = 24
_TARGETS = "a, button, input:not([type=hidden]), select, textarea, summary"
# A link within a sentence may be as small as its words.
_BOXES = """all => all
    .filter(one => one.offsetParent && !one.closest('.skip, .vh'))
    .filter(one => !(one.matches('a') && one.closest('p, td, li')))
    .map(one => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
    .map(([name, box]) => [name, Math.min(box.width, box.height)])"""


_AXE = Axe().axe_script
# Nothing of ours plays sound; no other of these rules would have the style sheets fetched once more.
_RUN = """only => axe.run(document, {runOnly: only, resultTypes: ['violations'], preload: false})
    .then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.target).slice(0, 3)]))"""


def axe_faults(page: Any, *, colours_only: bool = False) -> list[Any]:
    """What axe finds, with everything that folds opened; or of the rules on colours alone."""
    page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")
    # The script is half a megabyte: once a page, and only what is wrong comes back.
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_AXE)
    only = {"type": "rule", "values": COLOUR_RULES} if colours_only else {"type": "tag", "values": AXE_RULES}
    return list(page.evaluate(_RUN, only))


def too_wide(page: Any) -> list[int]:
    """The widths of the window at which the page must be scrolled sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    return found


def small_targets(page: Any, *, least: int = LEAST_TARGET) -> list[str]:
    """Controls that a finger would miss."""
    return [name for name, size in page.eval_on_selector_all(_TARGETS, _BOXES) if size < least]

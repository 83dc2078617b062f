"""A scanner at a browser: keys in a burst, played within the page.

Typed from outside, a busy machine would part a burst into single keys, and a test would fail of it.
"""

from typing import Any

from playwright.sync_api import Error

SCANNER_MS = 10
_PLAY = """([keys, pause]) => new Promise(done => {
    const next = () => {
        const key = keys.shift();
        const at = document.activeElement;
        const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
        if (!at.dispatchEvent(event)) { /* a script of ours took it */ }
        else if (key === "Enter") at.form?.requestSubmit();
        else document.execCommand("insertText", false, key);
        if (keys.length) setTimeout(next, pause); else done();
    };
    next();
})"""


def scan(page: Any, code: str) -> None:
    """Scan a code: its characters and Enter, wherever the focus is."""
    burst(page, [*code, "Enter"])


def burst(page: Any, keys: Any) -> None:
    """These keys as fast as a scanner sends them."""
    try:
        page.evaluate(_PLAY, [list(keys), SCANNER_MS])
    except Error as error:
        # The last key led to another page before the browser could say that it was pressed.
        if "context was destroyed" not in str(error) and "navigat" not in str(error):
            raise

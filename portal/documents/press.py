"""The press itself: WeasyPrint with our style sheet and a fetcher that knows our assets only.

`portal/documents/rendering.py` runs this in a process of its own. As a program
(`python -m portal.documents.press`) it reads HTML and writes a PDF, with the limits as arguments.
"""

import mimetypes
import resource
import sys
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal import assets

ASSET = "asset:"
MEBIBYTE = 1024 * 1024
_warming = threading.Lock()


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Fetches `data:` and `asset:NAME`; anything else ends the document."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(ASSET):
            return super().fetch(url, headers)
        name = url.removeprefix(ASSET)
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, assets.asset_bytes(name), {"Content-Type": media_type})


@dataclass(frozen=True, slots=True)
class _Type:
    """The style sheet, read once, and the fonts that it brought."""

    sheet: CSS
    fonts: FontConfiguration


def warm_up() -> None:
    """Read the style sheet and print one line, so that a forked child need not do either again."""
    with _warming:
        _warm(assets.asset_bytes("document.css"))


@lru_cache(maxsize=2)
def _warm(style: bytes) -> _Type:
    fonts = FontConfiguration()
    # The fonts are written to a folder that belongs to this process and goes with it.
    sheet = CSS(string=style.decode(), font_config=fonts, url_fetcher=AssetFetcher(), base_url=ASSET)
    set_ready = _Type(sheet, fonts)
    _print("<!doctype html><html lang=en><title>-</title><p>Warm, тепло", set_ready)
    return set_ready


def make(html: str) -> bytes:
    """The PDF of a finished HTML document, tagged (PDF/UA-1)."""
    return _print(html, _warm(assets.asset_bytes("document.css")))


def _print(html: str, ready: _Type) -> bytes:
    page = HTML(string=html, base_url=ASSET, url_fetcher=AssetFetcher())
    content: bytes = page.write_pdf(
        stylesheets=[ready.sheet], font_config=ready.fonts, pdf_variant="pdf/ua-1"
    )
    return content


def limit(*, memory_mib: int, processor_s: int) -> None:
    """Bind this process: what it holds now and so much more, and so many seconds of work."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s + 1))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + memory_mib * MEBIBYTE
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    limit(memory_mib=int(sys.argv[1]), processor_s=int(sys.argv[2]))
    sys.stdout.buffer.write(make(sys.stdin.buffer.read().decode()))

"""The relationship report as the worker prints it, against WeasyPrint alone on the same HTML."""

from pathlib import Path
from unittest.mock import patch

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from bench.house import demo_house, median, timed
from portal import assets
from portal.accounts import queries as accounts
from portal.demo import load as demo
from portal.documents import press, rendering
from portal.insight.relationship import actions, queries

ROUNDS = 7
LIMIT = 2.0


def measure(directory: Path) -> bool:
    """Print a line; whether ours stays within the limit."""
    app = demo_house(directory, "papers")
    with app.app_context():
        company = accounts.account_by_code(source=demo.SOURCE, code=demo.OUR_COMPANY)
        whole = queries.whole(accounts.account(company.id))
        kept: list[str] = []
        with patch.object(rendering, "from_html", side_effect=lambda html, **_: kept.append(html) or b""):
            actions.print_report(whole, edition="client", locale="en")
        rendering.from_html(kept[0])  # warm
        pairs = [
            (timed(lambda: actions.print_report(whole, edition="client", locale="en"))[1], _alone(kept[0]))
            for _round in range(ROUNDS)
        ]
    ours, alone = (median([pair[place] for pair in pairs]) for place in (0, 1))
    fits = ours / alone <= LIMIT
    print(
        f"\nThe relationship report: {1000 * ours:.0f} ms in a process of its own, {1000 * alone:.0f} ms by"
        f" WeasyPrint alone with its style sheet read: {ours / alone:.2f} x{'' if fits else '  too much'}"
    )
    return fits


def _alone(html: str) -> float:
    """Seconds on the wall that WeasyPrint takes in this process, with the style sheet ready."""
    fonts = FontConfiguration()
    fetcher = press.AssetFetcher()
    sheet = CSS(
        string=assets.asset_bytes("document.css").decode(),
        font_config=fonts,
        url_fetcher=fetcher,
        base_url="asset:",
    )
    page = HTML(string=html, base_url="asset:", url_fetcher=fetcher)
    return timed(lambda: page.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"))[1]

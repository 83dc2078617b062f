"""Take the README's pictures: the demo's main pages, one a role, in a real browser.

    tools/pictures.py [DIRECTORY]        (default docs/pictures; run by the environment's Python)

The demo is loaded anew into a database that is thrown away, so nothing of yours is on the pictures.
Needs poppler's pdftoppm, Chromium on the PATH or named in CHROMIUM, and built assets and catalogues
(bin/run makes them).
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.accounts import queries as accounts
from portal.accounts.models import Account, Card
from portal.config import Settings
from portal.database import db
from portal.demo import events, passes, people
from portal.demo import load as demo
from portal.factory import create_app
from portal.people.models import Person
from portal.stays.models import Import

COLOURS = 128
EMAILS = {one.key: one.email for one in people.sign_ins()}
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


@dataclass(frozen=True)
class Picture:
    """One page as one person sees it."""

    name: str
    who: str | None
    """None is a stranger."""
    address: str
    viewport: dict[str, int]
    scheme: str = "light"


PICTURES = (
    Picture("company", "anna", "/corporate/company", DESK),
    Picture("compose", "bruno", "/corporate/bookings/new?bundle={bundle}", DESK),
    Picture("card", "tamara", "/corporate/card", PHONE),
    Picture("desk", "dario", "/desk?q={card}", DESK),
    Picture("import", "lidia", "/stays/imports/{import}", DESK),
    Picture("account", "gleb", "/accounts/{account}/standing", DESK, "dark"),
    Picture("audit", "oskar", "/audit", DESK),
    Picture("survey", None, "{survey}?step=2", PHONE),
    Picture("day", "dario", "/staff/me", DESK),
    Picture("team", "elena", "/staff/team", DESK),
    Picture("people", "ada", "/people", DESK),
    Picture("results", "lidia", "/surveys", DESK),
    Picture("house", "gleb", "/insight/house", DESK),
    Picture("relationship", "nora", "/insight/relationship/{account}", DESK),
    Picture("board", "dario", "/board", DESK),
    Picture("event", "bruno", "/corporate/events/{dinner}", DESK),
    Picture("guests", "dario", "/corporate/events/{dinner}/guests", DESK),
    Picture("souvenirs", "bruno", "/corporate/souvenirs", DESK),
    Picture("live", "tamara", "/corporate/card/live", PHONE),
    Picture("pass", "bruno", "/corporate/passes/{pass}", PHONE),
)
REPORT = "report"


class Quiet(WSGIRequestHandler):
    """The server says nothing: its lines would hide the script's own."""

    def log(self, *_: object) -> None:
        pass


@contextmanager
def demo_house(directory: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The demo on a free port of this machine, and what stands in its addresses."""
    settings = Settings(
        portal_mode="demo", database_url=f"sqlite:///{directory}/demo.sqlite3", log_level="ERROR"
    )
    app = create_app(settings)
    with app.app_context():
        upgrade()
        demo.load(at=datetime.now(UTC))
        places = _places()
        (directory / f"{REPORT}.pdf").write_bytes(_report())
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", places
    server.shutdown()


def _places() -> dict[str, str]:
    from portal.corporate.bundles.models import Bundle  # noqa: PLC0415 -- known once the factory has run

    tamara = db.session.scalars(select(Person).where(Person.email == EMAILS["tamara"])).one()
    card = db.session.scalars(select(Card).where(Card.holder_id == tamara.id)).one()
    bundle = db.session.scalars(select(Bundle).where(Bundle.code == "foreign_delegation")).one()
    return {
        "card": card.number,
        "account": str(db.session.get_one(Account, card.account_id).public_id),
        "bundle": str(bundle.public_id),
        "dinner": str(events.token_of("premiere")),
        "pass": str(passes.token_of("lunch")),
        "survey": _survey(),
        "import": str(db.session.scalars(select(Import)).one().public_id),
    }


def _survey() -> str:
    """The path of a link that nobody has answered yet."""
    from portal.outbox.models import Letter  # noqa: PLC0415 -- known once the factory has run
    from portal.surveys.invitations.models import Invitation  # noqa: PLC0415 -- likewise

    asked = select(Letter.text).join(Invitation, Invitation.letter_id == Letter.public_id)
    letter = db.session.scalars(asked.where(Invitation.submitted_at.is_(None)).limit(1)).one()
    return re.findall(r"/survey/[\w-]+", letter)[0]


def _report() -> bytes:
    """The relationship report of the demo's company, for the client."""
    from portal.insight.relationship import actions, queries  # noqa: PLC0415 -- likewise

    company = accounts.account_by_code(source=demo.SOURCE, code=demo.OUR_COMPANY)
    whole = queries.whole(accounts.account(company.id))
    return actions.print_report(whole, edition="client", locale="en")


def first_page(pdf: Path) -> bytes:
    """The first page of a PDF as a PNG."""
    done = subprocess.run(
        ["pdftoppm", "-png", "-r", "80", "-f", "1", "-singlefile", str(pdf)], capture_output=True, check=True
    )
    return _smaller(Image.open(io.BytesIO(done.stdout)))


def take(browser: Browser, house: str, picture: Picture, places: dict[str, str]) -> bytes:
    """One picture, as a PNG of few colours."""
    context = browser.new_context(
        base_url=house,
        viewport=picture.viewport,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        locale="en-GB",  # the browser's own fields print the day first, as the pages do
    )
    page = context.new_page()
    if picture.who is not None:
        page.goto("/sign-in")
        page.fill("input[name=email]:visible", EMAILS[picture.who])
        page.fill("input[name=password]:visible", people.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "/sign-in" not in address)
    page.goto(picture.address.format(**places))
    page.wait_for_load_state("networkidle")
    shot = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    return _smaller(shot)


def _smaller(shot: Image.Image) -> bytes:
    smaller = io.BytesIO()
    shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as directory,
        demo_house(Path(directory)) as (house, places),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for picture in PICTURES:
            content = take(browser, house, picture, places)
            (target / f"{picture.name}.png").write_bytes(content)
            print(f"{picture.name}: {len(content) // 1024} KiB")
        browser.close()
        (target / f"{REPORT}.png").write_bytes(first_page(Path(directory) / f"{REPORT}.pdf"))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))

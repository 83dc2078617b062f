"""A tiny app that shows every component: a fixture for the tests of the look, not a part of the portal."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import segno
from flask import Flask, flash, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange

from portal import assets
from portal.web import errors, formats, headers

ROOT = Path(__file__).parents[2]


@dataclass
class Link:
    url: str
    label: str
    current: bool = False
    count: int | None = None


@dataclass
class Someone:
    name: str
    initials: str


@dataclass
class Page:
    locale: str
    theme: str
    nav: list[Link]
    person: Someone | None
    waiting: int = 3
    search_url: str | None = "/search"
    group_name: str = "Belvedere Hotels"
    demo_as_of: date | None = date(2026, 11, 22)
    shortcuts: bool = True


class BundleForm(FlaskForm):
    guest = StringField("Guest", validators=[InputRequired("Say who is coming.")])
    headcount = IntegerField(
        "Headcount",
        description="Everybody at the table, the host included.",
        validators=[InputRequired(), NumberRange(1, 40, "The hall seats 40.")],
    )
    day = DateField("Day")
    hotel = SelectField("Hotel", choices=[("resort", "Resort Hotel"), ("city", "City Hotel")])
    pay = RadioField("Pay with", choices=[("bill", "The company's bill"), ("points", "Points")])
    kinds = SelectMultipleField("Kinds", choices=[("hall", "Hall"), ("av", "AV")])
    note = TextAreaField("Note to the concierge")
    file = FileField("Guest list")
    quiet = BooleanField("No calls before nine")


def create_guide() -> Flask:
    """The app: `/` shows the components, `/<name>` one of the layouts, `?l=ru&t=dark` chooses."""
    app = Flask("portal", root_path=str(ROOT / "portal"))
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent)]
    )
    app.config.update(SECRET_KEY="guide", TESTING=True, BABEL_TRANSLATION_DIRECTORIES="web/translations")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(formats.FILTERS)
    Babel(app, locale_selector=lambda: request.args.get("l", "en"))
    CSRFProtect(app)
    assets.init_app(app)
    headers.init_app(app)
    app.context_processor(_page)
    for endpoint in ("web.choose_language", "web.choose_theme", "people.sign_out"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "", methods=["POST"])
    for endpoint in ("people.my_profile", "people.sign_in", "web.inbox"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    app.add_url_rule("/", "guide", _show, methods=["GET", "POST"])
    app.add_url_rule("/<name>", "layout", _show, methods=["GET", "POST"])
    app.add_url_rule("/error/<int:code>", "error", _error)
    return app


def _page() -> dict[str, Any]:
    locale = request.args.get("l", "en")
    words = {
        "en": ["My company", "Perks", "Bookings", "People"],
        "ru": ["Моя компания", "Привилегии", "Заказы", "Люди"],
    }[locale]
    stranger = request.args.get("who") == "stranger"
    nav = [Link(f"/{place}", word, place == 0) for place, word in enumerate(words)]
    return {
        "page": Page(
            locale,
            request.args.get("t", ""),
            [] if stranger else nav,
            None if stranger else Someone("Anna Sokolova", "AS"),
            search_url=None if stranger else "/search",
        ),
        "ru": locale == "ru",
    }


def _show(name: str = "guide") -> str:
    form = BundleForm(data={"headcount": 12, "hotel": "city", "pay": "bill"})
    if request.method == "POST" or "failed" in request.args:
        form = BundleForm(formdata=None, data={"headcount": 60, "hotel": "city"}, meta={"csrf": False})
        form.validate()
    if "flash" in request.args:
        flash({"text": "Ironing logged for Anna Sokolova, room 412 · 14:02", "undo_url": "/undo"}, "ok")
        flash("The outbox waits for the mail server.", "warn")
    return render_template(f"{name}.html", form=form, qr_svg=_qr(), tabs=_tabs(), why=_Why())


def _error(code: int) -> tuple[str, int]:
    return errors.page(code)


def _qr() -> Markup:
    code = segno.make("https://rapport.example/card/70431187", error="m")
    return Markup(code.svg_inline(omitsize=True, border=0))  # noqa: S704 -- drawn by segno


def _tabs() -> list[Link]:
    return [
        Link("#a", "Waiting", True, 3),
        Link("#b", "Confirmed", False, 12),
        Link("#c", "All", False, None),
    ]


@dataclass
class _Why:
    sentences: tuple[str, ...] = (
        "Open rate of the day: €90.00 a night.",
        "Gold takes 12 % off: €79.20 a night.",
        "3 nights: €237.60.",
        "4 points for each euro of the net price: 950 points.",
    )
    version: int = 1

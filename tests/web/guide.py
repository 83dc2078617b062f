"""A tiny app that shows every component: a fixture for the tests of the look, not a part of the portal."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask, current_app, flash, redirect, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
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
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from portal import assets
from portal.documents import qr
from portal.web import errors, formats, headers

JOB_ANSWERS = 3
HOTELS = [SelectChoice("resort", "Resort Hotel"), SelectChoice("city", "City Hotel")]
PURSES = [SelectChoice("bill", "The company's bill"), SelectChoice("points", "Points")]
KINDS = [SelectChoice("hall", "Hall"), SelectChoice("av", "AV")]
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
    companies: tuple[Link, ...] = ()


class BundleForm(FlaskForm):
    guest = StringField("Guest", validators=[InputRequired("Say who is coming.")])
    headcount = IntegerField(
        "Headcount",
        description="Everybody at the table, the host included.",
        validators=[InputRequired(), NumberRange(1, 40, "The hall seats 40.")],
    )
    day = DateField("Day")
    hotel = SelectField("Hotel", choices=HOTELS)
    pay = RadioField("Pay with", choices=PURSES)
    kinds = SelectMultipleField("Kinds", choices=KINDS)
    note = TextAreaField("Note to the concierge")
    file = FileField("Guest list")
    quiet = BooleanField("No calls before nine")


class SignInForm(FlaskForm):
    guest = StringField("E-mail", validators=[InputRequired("Say who you are.")])
    note = StringField("Password", validators=[InputRequired("The password is missing.")])


def create_guide() -> Flask:
    """The app: `/guide` shows the components, `/<name>` one of the layouts, `?l=ru&t=dark` chooses."""
    app = Flask("portal", root_path=str(ROOT / "portal"))
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent)]
    )
    app.config.update(SECRET_KEY="guide", TESTING=True, BABEL_TRANSLATION_DIRECTORIES="web/translations")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.globals["acting_mark"] = str
    Babel(app, locale_selector=lambda: request.args.get("l", "en"))
    CSRFProtect(app)
    assets.init_app(app)
    headers.init_app(app)
    app.context_processor(_page)
    for endpoint in ("web.choose_language", "web.choose_theme", "people.sign_out"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "", methods=["POST"])
    for endpoint in ("people.my_profile", "people.sign_in", "web.inbox", "web.home", "outbox.list_letters"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "")
    app.config.update(HEARD=[], ASKED=0)
    app.add_url_rule("/<name>", "layout", _show)
    app.add_url_rule("/error/<int:status>", "error", errors.page)
    app.add_url_rule("/hear/<name>", "hear", _hear, methods=["POST"])
    app.add_url_rule("/preview", "preview", _preview, methods=["POST"])
    app.add_url_rule("/job", "job", _job)
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


def _show(name: str = "guide") -> tuple[str, int]:
    wanted = BundleForm(prefix="wanted-", data={"hotel": "city"})
    kind = SignInForm if name == "signin" else BundleForm
    form = kind(data={"headcount": 12, "hotel": "city", "pay": "bill"})
    if "failed" in request.args:
        form = kind(formdata=None, data={"headcount": 60, "hotel": "city"}, meta={"csrf": False})
        form.validate()
    if "flash" in request.args:
        flash({"text": "Ironing logged for Anna Sokolova, room 412 · 14:02", "undo_url": "/hear/undo"}, "ok")
        flash("The outbox waits for the mail server.", "warn")
    wanted_fields = [wanted.guest, wanted.hotel, wanted.day]
    context = {"form": form, "wanted": wanted_fields, "qr_svg": _qr(), "tabs": _tabs(), "why": _Why()}
    return render_template(f"{name}.html", **context), 422 if form.errors else 200


def _hear(name: str) -> Any:
    """Remember what was sent, so that a test can ask."""
    current_app.config["HEARD"].append((name, request.form.to_dict()))
    return redirect(request.referrer or "/desk")


def _preview() -> str:
    headcount = request.form["headcount"]
    current_app.config["HEARD"].append(("preview", request.form.to_dict()))
    return f"<p id='price'>{escape(headcount)} guests</p>"


def _job() -> str:
    current_app.config["ASKED"] += 1
    is_done = current_app.config["ASKED"] > JOB_ANSWERS
    return render_template(
        "job.html", state="done" if is_done else "running", done=current_app.config["ASKED"]
    )


def _qr() -> Markup:
    return qr.svg("https://rapport.example/card/70431187", title="7043 1187")


def _tabs() -> list[Link]:
    return [
        Link("#main", "Waiting", True, 3),
        Link("#main", "Confirmed", False, 12),
        Link("#main", "All", False, None),
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

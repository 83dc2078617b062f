"""What every page knows: who reads it, in which language, and what the top bar holds."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app, flash, g, has_request_context, request, url_for
from flask_babel import Babel, force_locale, get_locale

from portal.web import formats, registries
from portal.web.gate import Visitor, visitor
from portal.web.texts import in_language
from portal.web.why import explain

THEMES = ("", "light", "dark")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the top bar."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True, slots=True)
class PageContext:
    """The frame of a page, finished before the template begins."""

    nav: tuple[Link, ...]
    person: Visitor | None
    locale: str
    theme: str
    shortcuts: bool
    demo_as_of: date | None
    waiting: int | None
    """How much waits for the reader; none where nobody counted: it would cost a query a room."""
    search_url: str | None
    companies: tuple[registries.Company, ...]
    """Between which the reader may change; none for whoever belongs to one, or to the hotel."""
    group_name: str


def chosen_locale() -> str:
    """The reader's language: their own setting, else the cookie, else the browser's wish."""
    languages: tuple[str, ...] = current_app.config["LANGUAGES"]
    if not has_request_context():
        return languages[0]  # a command or the worker: nobody in particular reads
    if visitor().is_signed_in and visitor().locale in languages:
        return visitor().locale
    cookie = request.cookies.get("locale")
    if cookie in languages:
        return cookie
    return request.accept_languages.best_match(languages) or languages[0]


def locale_code() -> str:
    """The language in force, `en` or `ru`."""
    locale = get_locale()
    return locale.language if locale is not None else "en"


def read_by(locale: str | None) -> AbstractContextManager[None]:
    """The language of a page that somebody opens from a letter: theirs, until they choose another."""
    languages = current_app.config["LANGUAGES"]
    if locale is None or visitor().is_signed_in or request.cookies.get("locale") in languages:
        return nullcontext()
    forced: AbstractContextManager[None] = force_locale(locale)
    return forced


def toast(text: str, *, undo_url: str) -> None:
    """Say on the next page what was done, with a button that undoes it."""
    flash({"text": text, "undo_url": undo_url}, "ok")  # type: ignore[arg-type]  # base.html takes both


def _links(person: Visitor) -> tuple[Link, ...]:
    here = request.endpoint or ""
    return tuple(
        Link(
            url_for(link.endpoint),
            str(link.label),
            here == link.endpoint or any(here.startswith(section) for section in link.sections),
        )
        for link in registries.navigation(person)
    )


def _frame() -> PageContext:
    person = visitor()
    cookie_theme = request.cookies.get("theme", "")
    return PageContext(
        nav=_links(person) if person.is_signed_in else (),
        person=person if person.is_signed_in else None,
        locale=locale_code(),
        theme=person.theme if person.is_signed_in else (cookie_theme if cookie_theme in THEMES else ""),
        shortcuts=person.shortcuts,
        demo_as_of=current_app.extensions["demo_as_of"](),
        waiting=None,
        search_url=url_for("web.search") if person.is_signed_in else None,
        companies=tuple(registries.registries().companies(person)) if person.is_signed_in else (),
        group_name=current_app.config["GROUP_NAME"],
    )


def init_app(app: Flask, *, babel: Babel, translations: str) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = translations
    babel.init_app(app, locale_selector=chosen_locale)
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.filters["text"] = lambda texts: in_language(texts, locale_code())
    app.jinja_env.filters["explain"] = explain
    app.jinja_env.add_extension("jinja2.ext.i18n")

    @app.context_processor
    def _page() -> dict[str, Any]:
        # An error page may be asked for before or after the frame broke: it is built once.
        if "frame" not in g:
            g.frame = _frame()
        return {"page": g.frame}

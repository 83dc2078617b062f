"""From a template to a letter in the recipient's language, and from a letter to what a mail server takes."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale
from jinja2 import Environment
from jinja2.runtime import Context

from portal.config import Settings
from portal.outbox.models import Letter


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom: the address, the name as they are greeted, their language and their time zone."""

    address: str
    name: str
    locale: str
    zone: str
    person_id: int | None = None
    """Set it where the person is known: the letter is then among those of theirs."""


def render(*, template: str, to: Recipient, values: Mapping[str, Any]) -> dict[str, str]:
    """The `subject`, `text` and `html` of a letter; see portal/outbox/actions.py for the template."""
    name = f"letters/{template}.html"
    with force_locale(to.locale):
        text = _render(_plain_environment(), name, "txt", to, values)
        html = _render(current_app.jinja_env, name, "html", to, values)
        return {"subject": _subject(name, to, values), "text": _tidy(text), "html": html.strip() + "\n"}


def link(endpoint: str, **values: Any) -> str:
    """An address under BASE_URL. Never from the request: a forged Host header would lead astray."""
    base = urlsplit(settings().base_url)
    urls = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return urls.build(endpoint, values, force_external=True)


def compose(letter: Letter, *, sender: str, at: datetime) -> EmailMessage:
    """The message of a letter. Its Message-ID is the letter's own, however often it is sent."""
    name, address = parseaddr(sender)
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(_one_line(letter.to_name), addr_spec=_ascii_domain(letter.to_address))
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{letter.public_id}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.locale
    if letter.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    for each in letter.attachments:
        media_type, *parameters = [part.strip() for part in each["media_type"].split(";")]
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(
            base64.b64decode(each["content"]),
            maintype=maintype,
            subtype=subtype,
            filename=each["filename"],
            params=dict(part.split("=", 1) for part in parameters),
        )
    return message


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def stays_in_the_house(settings: Settings) -> bool:
    """Whether letters are only laid out to be read: in the demo, and in tests that name no server."""
    return settings.is_demo or (settings.portal_mode == "test" and not settings.smtp_host)


def _render(environment: Environment, name: str, form: str, to: Recipient, values: Mapping[str, Any]) -> str:
    return environment.get_template(name).render(_context(environment, form, to, values))


def _subject(name: str, to: Recipient, values: Mapping[str, Any]) -> str:
    environment = _plain_environment()
    template = environment.get_template(name)
    context: Context = template.new_context(_context(environment, "txt", to, values))
    return _one_line("".join(template.blocks["subject"](context)))


def _context(environment: Environment, form: str, to: Recipient, values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **values,
        "to": to,
        "link": link,
        "group_name": settings().group_name,
        "layout": environment.get_template(f"letters/_layout.{form}"),
        "letter": environment.get_template(f"letters/_parts.{form}").module,
    }


def _plain_environment() -> Environment:
    """The application's own environment without escaping, for what is no HTML."""
    found: Environment | None = current_app.extensions.get("outbox.plain")
    if found is None:
        found = current_app.jinja_env.overlay(autoescape=False)
        current_app.extensions["outbox.plain"] = found
    return found


def _ascii_domain(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def _one_line(text: str) -> str:
    """Whatever a value holds, a header ends where the line ends."""
    return " ".join(text.split())


def _tidy(text: str) -> str:
    """Lines without trailing blanks, paragraphs one empty line apart."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"

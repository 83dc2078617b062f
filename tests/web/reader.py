"""Reads every page a test fetches as a reader would, and says what one would stumble over.

`read` returns a `Page` or raises `Unreadable` with all faults at once.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from polib import pofile

ROOT = Path(__file__).parent.parent.parent
CONTROLS = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = (
    "for",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-errormessage",
    "list",
    "form",
)
SPOKEN_ATTRIBUTES = ("aria-label", "placeholder", "title", "alt")
NOT_PROSE = {"script", "style", "code", "kbd", "bdi", "svg", "template"}
# Two of these words without one Cyrillic letter make an English sentence.
ENGLISH = re.compile(
    r"\b(the|and|of|your|you|with|for|is|are|no|not|to|this|that|from|by|on|in|at|has|have|was|were)\b",
    re.IGNORECASE,
)
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
SHORTEST_TELLING_MSGID = 4


class Unreadable(AssertionError):
    """A page that a reader would stumble over."""


@dataclass
class Form:
    """A form as the browser would send it."""

    action: str
    method: str
    fields: list[tuple[str, str]]
    node: Element = field(repr=False)

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.fields}

    def filled(self, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """The form's own values with some replaced; every name must be a control of the form."""
        controls = {node.get("name") for node in self.node.iter() if node.get("name")}
        unknown = set(values) - controls
        assert not unknown, f"the form has no {sorted(unknown)}; it has {sorted(filter(None, controls))}"
        data: dict[str, list[Any]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        for name, value in values.items():
            data[name] = list(value) if isinstance(value, list | tuple) else [value]
        return data


class Page:
    """A parsed page: what a test wants to look at."""

    def __init__(self, html: str) -> None:
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root: Element = parser.parse(html)
        self.html = html
        self.parse_errors = [
            f"line {position[0]}: {code} {details or ''}".rstrip()
            for position, code, details in parser.errors
        ]

    @cached_property
    def nodes(self) -> list[Element]:
        return [node for node in self.root.iter() if isinstance(node.tag, str)]

    def all(self, *tags: str) -> list[Element]:
        return [node for node in self.nodes if node.tag in tags]

    def with_class(self, name: str) -> list[Element]:
        return [node for node in self.nodes if name in (node.get("class") or "").split()]

    def by_id(self, identifier: str) -> Element | None:
        return next((node for node in self.nodes if node.get("id") == identifier), None)

    @property
    def title(self) -> str:
        return _first_text(self.all("title"))

    @property
    def h1(self) -> str:
        return _first_text(self.all("h1"))

    @property
    def kicker(self) -> str:
        return _first_text(self.with_class("kicker"))

    @property
    def text(self) -> str:
        """All that is read, in one line."""
        body = self.root.find("body")
        return spoken(self.root if body is None else body)

    @property
    def links(self) -> list[str]:
        return [href for node in self.all("a") if (href := node.get("href"))]

    @cached_property
    def forms(self) -> list[Form]:
        return [_form(node, self) for node in self.all("form")]

    def form(self, action: str = "") -> Form:
        """The one POST form whose action contains the text."""
        found = [form for form in self.forms if form.method == "post" and action in form.action]
        assert len(found) == 1, f"{len(found)} forms for {action!r} among {[f.action for f in self.forms]}"
        return found[0]


def read(html: str, *, status: int = 200, is_fragment: bool = False) -> Page:
    """Read a page; raise `Unreadable` with everything that is wrong with it."""
    page = Page(html)
    faults = list(find_faults(page, status=status, is_fragment=is_fragment))
    if faults:
        raise Unreadable("\n".join([f"{page.title or 'a page'} ({status}):", *faults]))
    return page


def find_faults(page: Page, *, status: int = 200, is_fragment: bool = False) -> Iterator[str]:
    """Everything a reader would stumble over, one sentence each."""
    yield from _invalid_html(page, is_fragment=is_fragment)
    if not is_fragment:
        yield from _title_faults(page, status=status)
        yield from _heading_faults(page)
    yield from _label_faults(page)
    yield from _name_faults(page)
    yield from _form_faults(page)
    yield from _reference_faults(page, is_fragment=is_fragment)
    yield from _policy_faults(page)
    html = page.root if page.root.tag == "html" else page.all("html")[0]
    if html.get("lang") == "ru":
        yield from _untranslated(page)


def _invalid_html(page: Page, *, is_fragment: bool) -> Iterator[str]:
    for error in page.parse_errors:
        if is_fragment and "expected-doctype" in error:
            continue
        yield f"invalid HTML, {error}"


def _title_faults(page: Page, *, status: int) -> Iterator[str]:
    if not (page.all("html")[0].get("lang") or "").strip():
        yield "the page names no language"
    if len(page.all("title")) != 1:
        yield f"{len(page.all('title'))} titles instead of one"
    title = page.title
    if status == 422:
        if not title.startswith(("Error: ", "Ошибка: ")):
            yield f"the title of a refused form does not begin with 'Error:' but is {title!r}"
        title = title.split(": ", 1)[-1]
    openings = [text for text in (page.h1, page.kicker) if text]
    if not any(title.startswith(text) for text in openings):
        yield f"the title {title!r} begins neither with the h1 nor with the kicker: {openings}"


def _heading_faults(page: Page) -> Iterator[str]:
    headings = [
        node for node in page.all("h1", "h2", "h3", "h4", "h5", "h6") if not _is_in(page, node, "dialog")
    ]
    count = sum(node.tag == "h1" for node in headings)
    if count != 1:
        yield f"{count} h1 instead of one"
    level = 0
    for node in headings:
        step = int(node.tag[1])
        if level and step > level + 1:
            yield f"heading {spoken(node)!r} jumps from h{level} to h{step}"
        level = step
        if not spoken(node):
            yield f"an empty {node.tag}"


def _label_faults(page: Page) -> Iterator[str]:
    labels = {node.get("for") for node in page.all("label") if spoken(node)}
    wrapped = {id(inner) for node in page.all("label") if spoken(node) for inner in node.iter()}
    for node in page.nodes:
        if node.tag not in CONTROLS or (node.get("type") or "") in UNLABELLED:
            continue
        is_labelled = (
            (node.get("id") or "-") in labels
            or id(node) in wrapped
            or (node.get("aria-label") or "").strip()
            or node.get("aria-labelledby")
        )
        if not is_labelled:
            yield f"{node.tag} {node.get('name') or node.get('id')} has no label"


def _name_faults(page: Page) -> Iterator[str]:
    for node in page.all("a", "button", "summary"):
        if node.tag == "a" and not node.get("href"):
            continue
        images = " ".join(inner.get("alt") or inner.get("aria-label") or "" for inner in node.iter())
        named = spoken(node) or images.strip() or node.get("aria-labelledby")
        if not named:
            yield f"a {node.tag} without a name: {dict(node.attrib)}"
    for node in page.all("img"):
        if node.get("alt") is None:
            yield f"an image without alt: {node.get('src')}"


def _form_faults(page: Page) -> Iterator[str]:
    for form in page.forms:
        if form.method not in {"get", "post"}:
            yield f"form {form.action!r} has the method {form.method!r}"
        tokens = [value for name, value in form.fields if name == "csrf_token"]
        if form.method == "post" and (len(tokens) != 1 or not tokens[0]):
            yield f"form {form.action!r} has {len(tokens)} tokens instead of one"
        if form.method == "get" and tokens:
            yield f"form {form.action!r} shows its token in the address"
        buttons = [
            node
            for node in form.node.iter()
            if (node.tag == "button" and (node.get("type") or "submit") == "submit")
            or (node.tag == "input" and node.get("type") in {"submit", "image"})
        ]
        outside = [
            node
            for node in page.all("button")
            if node.get("form") and node.get("form") == form.node.get("id")
        ]
        if not buttons and not outside:
            yield f"form {form.action!r} has no button: it cannot be sent without script"


def _reference_faults(page: Page, *, is_fragment: bool) -> Iterator[str]:
    ids = [identifier for node in page.nodes if (identifier := node.get("id")) is not None]
    for identifier in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"id {identifier!r} occurs {ids.count(identifier)} times"
    if is_fragment:
        return
    for node in page.nodes:
        for attribute in REFERENCES:
            for identifier in (node.get(attribute) or "").split():
                if identifier not in ids:
                    yield f"{node.tag} {attribute}={identifier!r} points at nothing"
        target = node.get("href") or ""
        if node.tag == "a" and target.startswith("#") and target[1:] not in ids:
            yield f"link {target!r} leads nowhere"


def _policy_faults(page: Page) -> Iterator[str]:
    """What the content security policy would silently drop."""
    for node in page.nodes:
        if node.get("style") is not None:
            yield f"{node.tag} has an inline style"
        if node.tag == "style":
            yield "an inline style sheet"
        if node.tag == "script" and not node.get("src") and (node.get("type") or "") != "application/json":
            yield "an inline script"
        for attribute, value in node.attrib.items():
            if attribute.startswith("on"):
                yield f"{node.tag} has an inline {attribute}"
            if attribute in {"href", "src", "action"} and value.strip().lower().startswith("javascript:"):
                yield f"{node.tag} has a script for an address"
        is_asset = node.tag in {"script", "img", "iframe", "source"} or (
            node.tag == "link" and node.get("rel") != "canonical"
        )
        address = (node.get("src") or node.get("href") or "") if is_asset else ""
        if urlsplit(address).netloc:
            yield f"{node.tag} fetches from a foreign host: {address}"


def _untranslated(page: Page) -> Iterator[str]:
    msgids = russian_catalogue()
    for text in _prose(page):
        folded = " ".join(text.split())
        if folded in msgids:
            yield f"untranslated: {folded!r}"
        elif not CYRILLIC.search(folded) and len({w.lower() for w in ENGLISH.findall(folded)}) > 1:
            yield f"English on a Russian page: {folded!r}"


@cache
def russian_catalogue() -> frozenset[str]:
    """Msgids of all rooms whose Russian is different, as they would stand on a page."""
    found = set()
    for path in sorted(ROOT.glob("portal/*/translations/ru/LC_MESSAGES/messages.po")):
        for entry in pofile(str(path)):
            forms = {entry.msgstr, *entry.msgstr_plural.values()}
            if (
                len(entry.msgid) >= SHORTEST_TELLING_MSGID
                and "%" not in entry.msgid
                and entry.msgid not in forms
            ):
                found.add(" ".join(entry.msgid.split()))
    return frozenset(found)


def _prose(page: Page) -> Iterator[str]:
    """Texts that the house wrote: not code, not names, not what is marked as another language."""
    yield from _prose_of(page.root)


def _prose_of(node: Element) -> Iterator[str]:
    is_foreign = node.get("lang") not in {None, "ru"} or node.get("translate") == "no"
    if not isinstance(node.tag, str) or is_foreign or node.tag.rsplit("}")[-1] in NOT_PROSE:
        return
    if node.text and node.text.strip():
        yield node.text
    for attribute in SPOKEN_ATTRIBUTES:
        if (node.get(attribute) or "").strip():
            yield node.get(attribute) or ""
    if node.tag == "input" and node.get("type") in {"submit", "button"}:
        yield node.get("value") or ""
    for child in node:
        yield from _prose_of(child)
        if child.tail and child.tail.strip():
            yield child.tail


def _form(node: Element, page: Page) -> Form:
    fields: list[tuple[str, str]] = []
    own = list(node.iter())
    identifier = node.get("id")
    if identifier:
        own += [other for other in page.nodes if other.get("form") == identifier]
    for control in own:
        fields.extend(_values(control))
    return Form(
        action=node.get("action") or "",
        method=(node.get("method") or "get").lower(),
        fields=fields,
        node=node,
    )


def _values(control: Element) -> Iterator[tuple[str, str]]:
    name, kind = control.get("name"), (control.get("type") or "text").lower()
    if not name or control.get("disabled") is not None:
        return
    if control.tag == "textarea":
        yield name, "".join(control.itertext())
    elif control.tag == "select":
        options = list(control.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        for option in chosen:
            yield name, option.get("value") if option.get("value") is not None else spoken(option)  # type: ignore[misc]
    elif control.tag == "input" and kind in {"checkbox", "radio"}:
        if control.get("checked") is not None:
            yield name, control.get("value", "on")
    elif control.tag == "input" and kind not in {"submit", "button", "reset", "image", "file"}:
        yield name, control.get("value") or ""


def _is_in(page: Page, node: Element, tag: str) -> bool:
    return any(node is inner for outer in page.all(tag) for inner in outer.iter())


def _first_text(nodes: list[Element]) -> str:
    return spoken(nodes[0]) if nodes else ""


def spoken(node: Element) -> str:
    """What is read of a node: its texts and labels in one line."""
    return " ".join(" ".join(_spoken(node)).split())


def _spoken(node: Element) -> Iterator[str]:
    if not isinstance(node.tag, str) or node.tag in {"script", "style", "template"}:
        return
    if node.get("aria-label"):
        yield node.get("aria-label") or ""
    if node.tag == "img":
        yield node.get("alt") or ""
    yield node.text or ""
    for child in node:
        yield from _spoken(child)
        yield child.tail or ""


def query_of(address: str) -> dict[str, str]:
    """The query of an address, for tests that look at where a link leads."""
    return dict(parse_qsl(urlsplit(address).query))

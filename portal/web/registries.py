"""What the rooms offer to all pages; the factory fills it, pages ask here and nowhere else."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from flask import current_app
from flask_babel.speaklater import LazyString

from portal.web.gate import Visitor


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A link of the top bar. `order` tells its place: lower is further left."""

    endpoint: str
    label: str
    order: int
    sections: tuple[str, ...] = ()
    """Beginnings of endpoints for which the link counts as current."""


@dataclass(frozen=True, slots=True)
class Found:
    """One result of the search: what it is, its name, where it leads."""

    kind: str
    title: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for the visitor."""

    title: str
    detail: str
    url: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Company:
    """One of the companies of whoever belongs to several; `url` is where one turns to it."""

    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """Something on the own profile that its owner turns on or off: how it stands, and the other way."""

    said: str
    button: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erased:
    """A person who is being forgotten, as the rooms know them."""

    person_id: int
    name: str
    email: str | None


NavigationProvider = Callable[[Visitor], list[NavigationLink]]
SearchProvider = Callable[[Visitor, str, int], list[Found]]
WaitingProvider = Callable[[Visitor, int], list[Waiting]]
WishProvider = Callable[[Visitor], Wish | None]
HomeProvider = Callable[[Visitor], str | None]
CompaniesProvider = Callable[[Visitor], list[Company]]
NamesProvider = Callable[[Collection[int]], Mapping[int, str]]
PersonalDataProvider = Callable[[int], Any]


class EraseProvider(Protocol):
    """How a room forgets what it holds of a person."""

    def __call__(self, *, erased: Erased, at: datetime) -> None: ...


@dataclass(slots=True)
class Registries:
    """Providers by kind, in the order of registration."""

    navigation: list[NavigationProvider] = field(default_factory=list)
    search: list[SearchProvider] = field(default_factory=list)
    waiting: list[WaitingProvider] = field(default_factory=list)
    wishes: list[WishProvider] = field(default_factory=list)
    """What a person may turn on or off on their own profile."""
    home: list[HomeProvider] = field(default_factory=list)
    """The endpoint of a visitor's first screen; the first provider that knows one wins."""
    personal_data: dict[str, PersonalDataProvider] = field(default_factory=dict)
    """What a room knows about a person, by a name: plain JSON for their own export."""
    erasers: list[EraseProvider] = field(default_factory=list)
    """How a room forgets what it holds of a person beside their name, which goes from every text."""
    sight_pages: dict[str, LazyString] = field(default_factory=dict)
    """Pages that show another person's data, as `record_sight` names them, in words."""
    audit_actions: dict[str, LazyString] = field(default_factory=dict)
    """Actions of the audit, in words."""
    audit_subjects: dict[str, LazyString] = field(default_factory=dict)
    """Kinds of subject of the audit, in words."""
    person_names: NamesProvider = lambda _ids: {}
    """The names of people by id, for rooms below theirs; who was erased is missing."""
    account_names: NamesProvider = lambda _ids: {}
    """The names of accounts by id, for rooms below theirs."""
    companies: CompaniesProvider = lambda _visitor: []
    """The companies between which a visitor may change; none for whoever belongs to one or to the hotel."""
    house_zone: Callable[[], str] = lambda: "UTC"
    """The zone in which pages of the whole group print their times."""


def registries() -> Registries:
    found: Registries = current_app.extensions["registries"]
    return found


def navigation(visitor: Visitor) -> list[NavigationLink]:
    links = {link.endpoint: link for provider in registries().navigation for link in provider(visitor)}
    return sorted(links.values(), key=lambda link: link.order)


def search(visitor: Visitor, query: str, *, limit: int) -> list[Found]:
    return [found for provider in registries().search for found in provider(visitor, query, limit)]


def waiting(visitor: Visitor, *, limit: int) -> list[Waiting]:
    found = [item for provider in registries().waiting for item in provider(visitor, limit)]
    return sorted(found, key=lambda item: item.since)[:limit]


def wishes(visitor: Visitor) -> list[Wish]:
    return [wish for provider in registries().wishes if (wish := provider(visitor)) is not None]


def home_endpoint(visitor: Visitor) -> str | None:
    return next(
        (e for provider in registries().home if (e := provider(visitor)) is not None),
        None,
    )

"""Where a role holds, and why it cannot be given or ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.hotel.models import Department, Property
from portal.people.models import GROUP_ROLES, PROPERTY_ROLES, Grant, Role
from portal.people.roles import rules
from portal.people.rules import PersonHasLeft
from portal.people.words import ROLE_DUTIES, ROLE_NAMES
from portal.web import formats
from portal.web.pages import locale_code
from portal.web.texts import in_language

REFUSALS: dict[type[Exception], LazyString] = {
    rules.NeedsProperty: _l("This role belongs to a hotel: choose which."),
    rules.NeedsDepartment: _l("A department head has a department: choose which."),
    rules.NeedsAccount: _l("Roles of a company and of the hotel do not mix."),
    rules.RoleHeldAlready: _l("They hold this role here already."),
    rules.RoleEndedAlready: _l("The role had ended already."),
    rules.LastAdministrator: _l("Nobody else holds this role. Give it to somebody first, then end it here."),
    rules.TooLateToUndo: _l("The ten minutes for undoing are over. Give the role anew."),
    rules.PersonErased: _l("Their data was erased. Invite them anew: they begin as somebody new."),
    PersonHasLeft: _l("Their access has ended. Open it first."),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the list of people, with how many there are behind it."""

    url: str
    label: str
    count: str
    current: bool


def tabs(counts: tuple[int, int], *, has_left: bool) -> tuple[Tab, Tab]:
    """Who has access, and who had it."""
    inside, left = counts
    return (
        Tab(url_for("roles.people"), _("With access"), formats.count(inside), not has_left),
        Tab(url_for("roles.people", left=1), _("Have left"), formats.count(left), has_left),
    )


def role_choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Roles with their duties, in the order of the domain."""
    wanted = set(roles)
    return [
        (role.value, _("%(role)s: %(duties)s", role=ROLE_NAMES[role], duties=ROLE_DUTIES[role]))
        for role in Role
        if role in wanted
    ]


def hotel_role_choices() -> list[tuple[str, str]]:
    return role_choices(GROUP_ROLES | PROPERTY_ROLES)


def place_choices(properties: Sequence[Property], departments: Sequence[Department]) -> list[tuple[str, str]]:
    """The group, its properties, and under each its departments."""
    choices = [(place_code(rules.WHOLE_GROUP), _("The whole group"))]
    for house in properties:
        name = in_language(house.name, locale_code())
        choices.append((place_code(rules.Place(property_id=house.id)), name))
        choices += [
            (
                place_code(rules.Place(property_id=house.id, department_id=department.id)),
                f"{name} · {in_language(department.name, locale_code())}",
            )
            for department in departments
            if department.property_id == house.id
        ]
    return choices


def place_code(place: rules.Place) -> str:
    """A place of the hotel as the value of a choice."""
    return f"{place.property_id or ''}-{place.department_id or ''}"


def place_from(code: str) -> rules.Place:
    """The place behind the value of a choice; the form has checked that it was offered."""
    property_id, department_id = code.split("-")
    return rules.Place(
        property_id=int(property_id) if property_id else None,
        department_id=int(department_id) if department_id else None,
    )


def place_names(
    grants: Iterable[Grant],
    *,
    companies: Mapping[int, str],
    properties: Iterable[Property],
    departments: Iterable[Department],
) -> dict[int, str]:
    """Where each role holds, by the grant's id."""
    houses = {house.id: in_language(house.name, locale_code()) for house in properties}
    teams = {department.id: in_language(department.name, locale_code()) for department in departments}
    names = {}
    for grant in grants:
        parts = [
            companies.get(grant.account_id or 0),
            houses.get(grant.property_id or 0),
            teams.get(grant.department_id or 0),
        ]
        names[grant.id] = " · ".join(part for part in parts if part) or _("The whole group")
    return names

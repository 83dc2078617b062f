"""What roles, links and looks are called."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.people.models import Role
from portal.people.rules import LinkTrouble

ROLE_NAMES: dict[str, LazyString] = {
    Role.ACCOUNT_ADMINISTRATOR: _l("Account administrator"),
    Role.BOOKER: _l("Booker"),
    Role.TRAVELLER: _l("Traveller"),
    Role.EMPLOYEE: _l("Employee"),
    Role.FRONT_DESK: _l("Front desk"),
    Role.DEPARTMENT_HEAD: _l("Department head"),
    Role.ACCOUNT_MANAGER: _l("Account manager"),
    Role.LOYALTY_MANAGER: _l("Loyalty manager"),
    Role.PROPERTY_MANAGER: _l("Property manager"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMINISTRATOR: _l("Administrator"),
}

ROLE_DUTIES: dict[str, LazyString] = {
    Role.ACCOUNT_ADMINISTRATOR: _l("people, cards, limits, approvals and all bookings of the company"),
    Role.BOOKER: _l("books and cancels perks, issues guest passes"),
    Role.TRAVELLER: _l("own card, own stays, own bookings"),
    Role.EMPLOYEE: _l("own day, training and score"),
    Role.FRONT_DESK: _l("looks up cards and passes, logs services"),
    Role.DEPARTMENT_HEAD: _l("own team’s training, plans and coaching"),
    Role.ACCOUNT_MANAGER: _l("own accounts: plans, quotes, relationship reports"),
    Role.LOYALTY_MANAGER: _l("programme rules, imports, bundles, events, surveys"),
    Role.PROPERTY_MANAGER: _l("all figures of the property, approvals"),
    Role.AUDITOR: _l("reads the programme and the audit, changes nothing"),
    Role.ADMINISTRATOR: _l("people, roles, properties, settings"),
}

SIGN_IN_REFUSED = _l("The e-mail address or the password is not right.")
WRONG_PASSWORD = _l("This is not your current password.")
ADDRESS_TAKEN = _l("Somebody signs in with this address already.")

LINK_TITLES: dict[LinkTrouble, LazyString] = {
    LinkTrouble.UNKNOWN: _l("This link is not known"),
    LinkTrouble.USED: _l("This link has been used"),
    LinkTrouble.WITHDRAWN: _l("This invitation was withdrawn"),
    LinkTrouble.EXPIRED: _l("This link has expired"),
    LinkTrouble.SENDER_NOT_ENTITLED: _l("This invitation no longer holds"),
    LinkTrouble.HOUSE_CLOSED: _l("This invitation cannot let you in"),
}
LINK_SENTENCES: dict[LinkTrouble, LazyString] = {
    LinkTrouble.UNKNOWN: _l(
        "It may have been cut in two by the mail program. Copy it whole from the letter."
    ),
    LinkTrouble.USED: _l("Each link works once. Nothing was changed now."),
    LinkTrouble.WITHDRAWN: _l("Whoever sent it took it back. Nothing was changed now."),
    LinkTrouble.EXPIRED: _l("For your safety links live for a short time only. Nothing was changed."),
    LinkTrouble.SENDER_NOT_ENTITLED: _l(
        "Whoever sent it may no longer invite there. Ask their successor for a new letter."
        " Nothing was changed now."
    ),
    LinkTrouble.HOUSE_CLOSED: _l(
        "Your access to the portal was ended by the hotel, and a company cannot open it again."
        " Ask the hotel’s administrator. Nothing was changed now."
    ),
}

SIGHT_PAGES: dict[str, LazyString] = {
    "people.person": _l("your page in the list of people"),
    "people.list": _l("the list of people, with your name and roles"),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {
    "person": _l("Person"),
    "invitation": _l("Invitation"),
}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "person.register": _l("Person registered"),
    "person.change_profile": _l("Profile changed"),
    "person.change_address": _l("E-mail address changed"),
    "person.change_password": _l("Password changed"),
    "person.reset_password": _l("Password set by a link from a letter"),
    "person.export_data": _l("Own data exported"),
    "person.end_sign_ins": _l("Signed out on other devices"),
    "person.end_access": _l("Access ended"),
    "person.open_access": _l("Access opened again"),
    "role.give": _l("Role given"),
    "role.end": _l("Role ended"),
    "invitation.send": _l("Invitation sent"),
    "invitation.send_again": _l("Invitation sent again"),
    "invitation.withdraw": _l("Invitation withdrawn"),
    "invitation.accept": _l("Invitation accepted"),
}

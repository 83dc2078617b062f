"""What people enter about themselves."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Email, InputRequired, Length

ADDRESS_CHARACTERS = 254
NAME_CHARACTERS = 120
PASSWORD_CHARACTERS = 128
LANGUAGES = [SelectChoice("en", "English"), SelectChoice("ru", "Русский")]
HOW_AN_ADDRESS_LOOKS = _l("Enter an address such as anna@company.com.")
THEMES = [
    SelectChoice("", _l("As the device")),
    SelectChoice("light", _l("Light")),
    SelectChoice("dark", _l("Dark")),
]


def address_validators() -> list[Any]:
    """For a field that takes a new e-mail address."""
    return [
        InputRequired(HOW_AN_ADDRESS_LOOKS),
        Length(max=ADDRESS_CHARACTERS),
        Email(HOW_AN_ADDRESS_LOOKS),
    ]


class SignInForm(FlaskForm):
    """An address and a password."""

    email = EmailField(
        _l("E-mail"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=ADDRESS_CHARACTERS)],
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=PASSWORD_CHARACTERS)],
    )
    is_kept = BooleanField(_l("Keep me signed in on this device for 30 days"))


class ProfileForm(FlaskForm):
    """How a person is called and how they read."""

    name = StringField(_l("Full name"), [DataRequired(_l("Enter your name.")), Length(max=NAME_CHARACTERS)])
    locale = RadioField(_l("Language"), choices=LANGUAGES)
    theme = RadioField(_l("Appearance"), choices=THEMES)
    shortcuts = BooleanField(
        _l("Keyboard shortcuts"), description=_l("Single keys, printed on their buttons. Ctrl K stays on.")
    )

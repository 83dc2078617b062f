"""What is entered to change a password."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from portal.people.forms import PASSWORD_CHARACTERS, address_validators


class ForgottenForm(FlaskForm):
    """Whose password was forgotten."""

    email = EmailField(_l("E-mail"), address_validators())


class NewPasswordForm(FlaskForm):
    """A new password, twice."""

    password = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Choose a password.")),
            Length(max=PASSWORD_CHARACTERS, message=_l("Keep it within %(max)d characters.")),
        ],
        description=_l("Four or five words that do not belong together are strong and easy to keep."),
    )
    repeated = PasswordField(
        _l("The same password again"),
        [
            InputRequired(_l("Enter the password once more.")),
            EqualTo("password", _l("The two passwords differ.")),
        ],
    )


class ChangeForm(NewPasswordForm):
    """The current password, then the new one."""

    current = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password.")), Length(max=PASSWORD_CHARACTERS)],
    )

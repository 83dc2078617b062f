"""What people enter about themselves."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, PasswordField
from wtforms.validators import InputRequired, Length

ADDRESS_CHARACTERS = 254
PASSWORD_CHARACTERS = 128


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

"""What is entered to change the address one signs in with."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField
from wtforms.validators import InputRequired, Length

from portal.people.forms import PASSWORD_CHARACTERS, address_validators


class AddressForm(FlaskForm):
    """The new address, and the password that proves who asks."""

    email = EmailField(_l("New e-mail"), address_validators())
    current = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password.")), Length(max=PASSWORD_CHARACTERS)],
    )


class ConfirmForm(FlaskForm):
    """A button, and the token that says it was pressed on our page."""

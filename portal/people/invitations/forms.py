"""What is entered to invite, and to accept."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, SelectField, StringField
from wtforms.validators import UUID, DataRequired, InputRequired, Length

from portal.people.forms import LANGUAGES, NAME_CHARACTERS, address_validators
from portal.people.passwords.forms import NewPasswordForm
from portal.people.roles.forms import RolesField


class InvitationForm(FlaskForm):
    """Whom to invite, and in which roles; the choices are given by the view."""

    reference = HiddenField(validators=[InputRequired(), UUID()])
    name = StringField(_l("Full name"), [DataRequired(_l("Enter the name.")), Length(max=NAME_CHARACTERS)])
    email = EmailField(_l("Work e-mail"), address_validators())
    locale = SelectField(_l("Language of the letter"), choices=LANGUAGES)
    roles = RolesField(_l("What may they do?"), validators=[InputRequired(_l("Choose at least one role."))])
    place = SelectField(_l("Where"), validators=[InputRequired(_l("Choose where the roles hold."))])


class AcceptForm(NewPasswordForm):
    """How whoever was invited is called, and their password."""

    name = StringField(
        _l("Your full name"), [DataRequired(_l("Enter your name.")), Length(max=NAME_CHARACTERS)]
    )

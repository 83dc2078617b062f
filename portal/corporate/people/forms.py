"""The shape of what is entered about a company's people."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.people.models import Role

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"

ROLE_CHOICES = [
    SelectChoice(Role.TRAVELLER.value, _l("Traveller: own card, own stays and bookings")),
    SelectChoice(Role.BOOKER.value, _l("Booker: books and cancels perks for others")),
    SelectChoice(
        Role.ACCOUNT_ADMINISTRATOR.value,
        _l("Account administrator: people, cards and everything the company books"),
    ),
]


class RolesField(SelectMultipleField):
    """Check boxes, one a role."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class TravellerForm(FlaskForm):
    """A traveller who needs no sign-in: the card is enough."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    name = StringField(
        _l("Full name"),
        validators=[DataRequired(_l("Enter the name as it stands in the passport.")), Length(max=120)],
    )


class RolesForm(FlaskForm):
    """The roles of a person in the company."""

    roles = RolesField(
        _l("What may they do?"),
        choices=ROLE_CHOICES,
        validators=[InputRequired(_l("Choose at least one role, or end their access."))],
    )


class BlockForm(FlaskForm):
    """Why a card is blocked."""

    reason = StringField(
        _l("Why?"),
        validators=[DataRequired(_l("Say why, e.g. lost in a taxi.")), Length(max=200)],
    )


class NeedsForm(FlaskForm):
    """What a traveller wants the hotel to know."""

    needs = TextAreaField(
        _l("What should the hotel know?"),
        validators=[Length(max=500, message=_l("Keep it within 500 characters."))],
    )

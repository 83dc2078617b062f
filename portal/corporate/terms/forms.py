"""The shape of a term."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, ValidationError


class TermForm(FlaskForm):
    """Which term, its value, and from when on."""

    token = HiddenField(validators=[InputRequired()])
    term = SelectField(_l("Which term"), validators=[InputRequired(_l("Choose the term."))])
    value = IntegerField(
        _l("New value"),
        validators=[
            InputRequired(_l("Enter a whole number.")),
            NumberRange(0, 999, _l("Choose from 0 to 999.")),
        ],
    )
    valid_from = DateField(_l("From day"), validators=[InputRequired(_l("Choose the day."))])

    def validate_token(self, field: HiddenField) -> None:
        try:
            uuid.UUID(field.data or "")
        except ValueError as error:
            raise ValidationError(_l("The form was not sent as the page made it. Open it anew.")) from error

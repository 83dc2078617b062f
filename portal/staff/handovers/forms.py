"""What whoever goes writes for whoever comes."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, SelectField, TextAreaField
from wtforms.validators import UUID, DataRequired, Length


class HandoverForm(FlaskForm):
    """The note."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    note = TextAreaField(
        _l("Note for whoever comes"),
        validators=[
            DataRequired(_l("Write a line, even where all is quiet.")),
            Length(max=2_000, message=_l("Keep it within 2,000 characters.")),
        ],
    )


class FilterForm(Form):
    """Hotel and department."""

    hotel = SelectField(_l("Hotel"), validate_choice=False)
    department = SelectField(_l("Department"), validate_choice=False)

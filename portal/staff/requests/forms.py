"""The shape of what is asked of a department and of what it answers."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, SelectField, StringField, TimeField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from portal.staff.desk.forms import UUID_PATTERN
from portal.staff.requests import words

SHORT = Length(max=120, message=_l("Keep it within 120 characters."))
LONG = Length(max=300, message=_l("Keep it within 300 characters."))


class RequestForm(FlaskForm):
    """What is asked of whom, for whom, by when."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    department = SelectField(_l("Department"))
    what = StringField(
        _l("What is needed"), validators=[DataRequired(_l("Say what is needed, in a few words.")), LONG]
    )
    whom = StringField(_l("For whom, or where"), validators=[Optional(), SHORT])
    until = TimeField(_l("By what time"), validators=[InputRequired(_l("Say by what time it is needed."))])


class AcceptanceForm(FlaskForm):
    """By when, if not by the time that was wanted."""

    until = TimeField(_l("Promise another time"), validators=[Optional()])


class OutcomeForm(FlaskForm):
    """What came of it, or why not."""

    outcome = StringField(_l("What came of it"), validators=[Optional(), LONG])


class RequestsFilterForm(Form):
    """Hotel, and from which side."""

    hotel = SelectField(_l("Hotel"), validate_choice=False)
    side = SelectField(
        _l("Which way"),
        choices=[SelectChoice(key.value, label) for key, label in words.SIDES.items()],
        validate_choice=False,
    )

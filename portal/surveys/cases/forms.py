"""The shape of what is written into a case, and of the guest's second word."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import UUID, DataRequired, InputRequired, Length, Optional

from portal.surveys.cases.models import SecondWord

MOST = 2000


class StepForm(FlaskForm):
    """What was done; `token` makes two clicks one line of the history."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    words = TextAreaField(
        _l("What was done"),
        validators=[
            DataRequired(_l("Write what was done, in a sentence or two.")),
            Length(max=MOST, message=_l("Please shorten it to %(max)d characters.")),
        ],
        render_kw={"rows": 4},
    )


class SecondWordForm(FlaskForm):
    """Whether it is put right, and words if the guest has some."""

    word = RadioField(
        _l("Is it put right?"),
        choices=[
            SelectChoice(SecondWord.YES.value, _l("Yes")),
            SelectChoice(SecondWord.PARTLY.value, _l("Partly")),
            SelectChoice(SecondWord.NO.value, _l("No")),
        ],
        validators=[InputRequired(_l("Choose one of the three."))],
    )
    words = TextAreaField(
        _l("Your words"),
        validators=[Optional(), Length(max=MOST, message=_l("Please shorten it to %(max)d characters."))],
        render_kw={"rows": 4},
    )


class CaseFilterForm(Form):
    """What the list is narrowed to."""

    hotel = SelectField(_l("Hotel"), validate_choice=False)

"""The shape of a series: how often, until when, and which of its days."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from portal.corporate.orders.forms import within_the_century
from portal.corporate.series.models import Rhythm


class RhythmForm(Form):
    """How often, and until when: in the address, so that a preview can be shown to a colleague."""

    rhythm = SelectField(_l("How often it comes again"), default=Rhythm.WEEKLY.value, validators=[Optional()])
    until = DateField(_l("Until day"), validators=[Optional(), within_the_century])


class SeriesForm(FlaskForm):
    """The days are boxes of the page; each bears the price that was seen."""

    token = HiddenField(validators=[InputRequired()])


class RestForm(FlaskForm):
    """From which day on the rest is cancelled, and why."""

    day = DateField(_l("From day"), validators=[InputRequired(_l("Choose the day.")), within_the_century])
    reason = StringField(
        _l("Why?"), validators=[Length(max=300, message=_l("Keep it within 300 characters."))]
    )

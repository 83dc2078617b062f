"""What is said when a draft is submitted, published or handed back."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import HiddenInput

from portal.programme.inputs.forms import WholeField


class DecisionForm(FlaskForm):
    """Which revision was read."""

    revision = WholeField(widget=HiddenInput(), validators=[Optional()])


class HandBackForm(DecisionForm):
    """Why the draft goes back."""

    note = StringField(
        _l("What has to change"),
        [
            InputRequired(_l("Say what has to change.")),
            Length(max=300, message=_l("Keep it within 300 characters.")),
        ],
    )

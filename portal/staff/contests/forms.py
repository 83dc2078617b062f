"""The shape of a contest and of its decision."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import DataRequired, InputRequired, Length

from portal.staff.contests.models import Outcome

MOST = 1000


class ContestForm(FlaskForm):
    """Why an event is wrong."""

    reason = TextAreaField(
        _l("What is wrong with it?"),
        validators=[
            DataRequired(_l("Write what is wrong, in a sentence or two.")),
            Length(max=MOST, message=_l("Please shorten it to %(max)d characters.")),
        ],
        render_kw={"rows": 4},
    )


class DecisionForm(FlaskForm):
    """What becomes of it, and why."""

    outcome = RadioField(
        _l("Decision"),
        choices=[
            SelectChoice(Outcome.STANDS.value, _l("It stands")),
            SelectChoice(Outcome.VOID.value, _l("It does not count")),
        ],
        validators=[InputRequired(_l("Choose one of the two."))],
    )
    words = TextAreaField(
        _l("Why"),
        validators=[
            DataRequired(_l("Write why, in a sentence or two: both sides read it.")),
            Length(max=MOST, message=_l("Please shorten it to %(max)d characters.")),
        ],
        render_kw={"rows": 4},
    )

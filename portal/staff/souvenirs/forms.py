"""The shape of what the desk sends about souvenirs."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import UUID, InputRequired, Length

REASON = Length(max=300, message=_l("Keep it within 300 characters."))


class GiftForm(FlaskForm):
    """The souvenir of the tier, given on arrival."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    card = HiddenField(validators=[InputRequired()])


class ReturnForm(FlaskForm):
    """What came back, and where it goes."""

    back = RadioField(
        _l("Where does it go?"),
        choices=[
            SelectChoice("shelf", _l("Back on the shelf")),
            SelectChoice("off", _l("Written off")),
        ],
        validators=[InputRequired(_l("Choose where it goes."))],
    )
    reason = StringField(
        _l("Why?"), validators=[InputRequired(_l("Say why: the client will read it.")), REASON]
    )


class EndForm(FlaskForm):
    """The hotel cannot hand it over."""

    reason = StringField(
        _l("Why?"), validators=[InputRequired(_l("Say why: the client will read it.")), REASON]
    )

"""The shape of what the desk enters when points pay a bill, and of what the list is narrowed to."""

import uuid

from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, HiddenField, IntegerField, SearchField, StringField
from wtforms.validators import UUID, DataRequired, InputRequired, Length, NumberRange, Optional

from portal.corporate.presence.forms import PresenceForm
from portal.programme.inputs.forms import HundredthsField

MOST_CENTS = 10_000_000
MOST_POINTS = 10_000_000


class BillForm(PresenceForm):
    """A bill, how many points shall pay of it, and how the guest is known."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    number = StringField(
        _l("Bill number"),
        validators=[
            DataRequired(_l("Enter the number of the bill.")),
            Length(max=40, message=_l("Keep it within 40 characters.")),
        ],
    )
    amount = HundredthsField(
        _l("Bill after discounts"),
        validators=[
            InputRequired(_l("Enter the sum of the bill.")),
            NumberRange(1, MOST_CENTS, _l("Enter a sum above nothing, up to 100,000.")),
        ],
    )
    points = IntegerField(
        _l("Points"),
        validators=[
            Optional(),
            NumberRange(1, MOST_POINTS, _l("Enter points above nothing, or leave it empty.")),
        ],
    )


class FilterForm(Form):
    """What the list of payments is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    day_from = DateField(_l("From"), name="from", validators=[Optional()])
    day_to = DateField(_l("to"), name="to", validators=[Optional()])

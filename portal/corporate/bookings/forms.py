"""The shape of what is entered about bookings: why they end, and what their list is narrowed to."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Form, RadioField, SearchField, SelectField, StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import InputRequired, Length, Optional

from portal.corporate.bookings.models import EndKind

REASON = Length(max=300, message=_l("Keep it within 300 characters."))


class CancelForm(FlaskForm):
    """The client cancels."""

    reason = StringField(_l("Why?"), validators=[REASON])


class EndForm(FlaskForm):
    """The hotel cancels, or notes that nobody came."""

    kind = RadioField(
        _l("What happened?"),
        choices=[
            SelectChoice(EndKind.BY_HOTEL.value, _l("We cannot deliver it")),
            SelectChoice(EndKind.NO_SHOW.value, _l("Nobody came")),
        ],
        validators=[InputRequired(_l("Choose what happened."))],
    )
    reason = StringField(
        _l("Why?"), validators=[InputRequired(_l("Say why: the client will read it.")), REASON]
    )


class FilterForm(Form):
    """What the list is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    hotel = SelectField(_l("Hotel"), validators=[Optional()], validate_choice=False)
    day_from = DateField(_l("From"), name="from", validators=[Optional()])
    day_to = DateField(_l("To"), name="to", validators=[Optional()])

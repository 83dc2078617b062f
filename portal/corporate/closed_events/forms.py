"""What the hotel's list of events is narrowed to."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, SearchField, SelectField
from wtforms.validators import Length, Optional


class FilterForm(Form):
    """By text and hotel."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    hotel = SelectField(_l("Hotel"), validators=[Optional()], validate_choice=False)

"""What is entered at the door and in the list of guests."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, SearchField, SelectField, StringField
from wtforms.validators import Length, Optional


class DoorForm(FlaskForm):
    """A code that was scanned, or a name that was typed."""

    q = StringField(_l("Scan a code or type a name"), validators=[Length(max=300)])


class TableForm(FlaskForm):
    """At which table a guest sits."""

    table = StringField(_l("Table"), validators=[Length(max=12)])


class FilterForm(Form):
    """What the list is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    order = SelectField(_l("Sort"), validators=[Optional()], validate_choice=False)

"""What is entered to find people and to give a role."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget


class RolesField(SelectMultipleField):
    """Check boxes, one a role."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class RoleForm(FlaskForm):
    """One role in one place; the choices are given by the view."""

    role = SelectField(_l("Role"), validators=[InputRequired(_l("Choose a role."))])
    place = SelectField(_l("Where"), validators=[InputRequired(_l("Choose where the role holds."))])


class PeopleFilterForm(FlaskForm):
    """What the list of people is narrowed to; it stands in the address, so it has no token."""

    class Meta:
        csrf = False

    q = SearchField(_l("Name or e-mail"), validators=[Optional(), Length(max=100)])
    role = SelectField(_l("Role"), validators=[Optional()])

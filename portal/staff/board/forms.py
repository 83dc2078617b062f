"""What the board is narrowed to."""

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types

from portal.staff.board import words


class BoardFilterForm(Form):
    """Hotel, department, and who took it."""

    hotel = SelectField(_l("Hotel"), validate_choice=False)
    department = SelectField(_l("Department"), validate_choice=False)
    whose = SelectField(
        _l("Whose"),
        choices=[SelectChoice(key.value, label) for key, label in words.WHOSE.items()],
        validate_choice=False,
    )

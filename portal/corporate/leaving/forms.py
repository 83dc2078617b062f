"""What is said when somebody leaves."""

import uuid
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from portal.people.models import Person


class LeavingForm(FlaskForm):
    """To whom it is handed over, or why to nobody."""

    successor = SelectField(_l("Who takes it over?"), validate_choice=True, choices=[])
    reason = StringField(
        _l("If nobody does: why?"),
        validators=[Length(max=200, message=_l("Keep it within 200 characters."))],
        description=_l("For example: the trips are called off by letter."),
    )

    def fit(self, able: Iterable[Person]) -> None:
        """Whoever books for the company can be chosen."""
        self.successor.choices = [("", _l("To nobody")), *((str(each.public_id), each.name) for each in able)]

    def chosen(self, able: Iterable[Person]) -> int | None:
        """The id of whoever was chosen."""
        wanted = self.successor.data or ""
        return next((each.id for each in able if wanted and each.public_id == uuid.UUID(wanted)), None)

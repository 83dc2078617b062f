"""What the audit is narrowed to."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import Length, Optional, ValidationError

# Beyond these, a day has no midnight that both databases can hold.
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)


class AuditFilterForm(FlaskForm):
    """It stands in the address, so it has no token; the choices are given by the view."""

    class Meta:
        csrf = False

    action = SelectField(_l("What was done"), validators=[Optional()])
    kind = SelectField(_l("To what"), validators=[Optional()])
    subject = StringField(_l("Its number"), [Optional(), Length(max=60)])
    first = DateField(_l("From and including"), [Optional()])
    last = DateField(_l("To and including"), [Optional()])

    def validate_first(self, field: Field) -> None:
        _check_day(field.data)

    def validate_last(self, field: Field) -> None:
        _check_day(field.data)
        if self.first.data is not None and field.data is not None and field.data < self.first.data:
            raise ValidationError(_l("The last day lies before the first."))

    def kept(self) -> dict[str, Any]:
        """The filter as parameters of an address."""
        entered = {name: field.raw_data[0] for name, field in self._fields.items() if field.raw_data}
        return {name: text for name, text in entered.items() if text}


def _check_day(day: date | None) -> None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise ValidationError(_l("Enter a day between 1900 and 2999."))

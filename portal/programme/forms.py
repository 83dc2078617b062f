"""What the list of accounts is narrowed to."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SearchField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional

from portal.programme.words import SORTS


class AccountFilterForm(FlaskForm):
    """It stands in the address, so it has no token."""

    class Meta:
        csrf = False

    q = SearchField(_l("Company or its code"), validators=[Optional(), Length(max=100)])
    sort = SelectField(
        _l("Sorted"),
        choices=[SelectChoice(code, said) for code, said in SORTS.items()],
        default="name",
        validators=[Optional()],
    )

"""The part of a desk's form that says how the person is known."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Length, Optional

from portal.corporate.presence.words import DOCUMENTS


class PresenceForm(FlaskForm):
    """A live card that was scanned, or the document that was looked at."""

    shown = HiddenField(validators=[Length(max=400)])
    document = RadioField(
        _l("Which document did you look at?"),
        choices=[SelectChoice(each.value, name) for each, name in DOCUMENTS.items()],
        validators=[Optional()],
    )

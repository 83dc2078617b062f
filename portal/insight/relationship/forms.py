"""The order of a report."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import UUID

from portal.insight.relationship.rules import CLIENT, HOTEL


class OrderForm(FlaskForm):
    """Which edition; the token makes two clicks one order."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    edition = SelectField(
        _l("Edition"),
        choices=[SelectChoice(HOTEL, _l("for the hotel")), SelectChoice(CLIENT, _l("to hand to the client"))],
        default=HOTEL,
    )

    def accepted(self) -> bool:
        """Whether it can be ordered; a token that is none is replaced, so that the next try can."""
        if self.validate_on_submit():
            return True
        if self.token.errors:
            self.token.data = str(uuid.uuid4())
        return False

"""The order to close a month."""

import uuid

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import UUID, Regexp

MONTH = r"[1-9]\d{3}-(0[1-9]|1[0-2])"


class CloseForm(FlaskForm):
    """Which month; the token makes two clicks one order."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    month = HiddenField(validators=[Regexp(f"^{MONTH}$")])

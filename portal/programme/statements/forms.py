"""The order of the statements of a month, and of one of them on paper."""

import uuid

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import UUID, Regexp


class BatchForm(FlaskForm):
    """Which month; the token makes two clicks one order."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    month = HiddenField(validators=[Regexp(r"^\d{4}-(0[1-9]|1[0-2])$")])


class PaperForm(FlaskForm):
    """A long statement on paper; the token makes two clicks one order."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))

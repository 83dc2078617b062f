"""The order of a report: nothing but the token that makes two clicks one."""

import uuid

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import UUID


class OrderForm(FlaskForm):
    """A paper is wanted."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))

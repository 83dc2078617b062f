"""What the list of savings is narrowed to."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, SelectField
from wtforms.validators import Optional

from portal.hotel.models import Property
from portal.web.texts import in_language


class SavingForm(Form):
    """Whole days, both included; without any, this year."""

    day_from = DateField(_l("From"), name="from", validators=[Optional()])
    day_to = DateField(_l("To"), name="to", validators=[Optional()])
    hotel = SelectField(_l("Hotel"), validators=[Optional()], validate_choice=False)

    def fit(self, houses: Sequence[Property], *, locale: str) -> None:
        self.hotel.choices = [("", _("All hotels")), *((h.code, in_language(h.name, locale)) for h in houses)]

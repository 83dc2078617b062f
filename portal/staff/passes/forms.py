"""The shape of what the desk enters when a pass is used."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, NumberRange, Regexp

from portal.corporate.passes.models import GuestPass
from portal.corporate.passes.words import KINDS
from portal.corporate.presence.forms import PresenceForm
from portal.programme.inputs.forms import HundredthsField

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
MOST_CENTS = 10_000_000


class UseForm(PresenceForm):
    """A bill at the usual price, what it is for, and how the person is known."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    kind = RadioField(
        _l("What for?"), validators=[InputRequired(_l("Choose what it is for."))], validate_choice=False
    )
    amount = HundredthsField(
        _l("Bill at the usual price"),
        validators=[
            InputRequired(_l("Enter the bill at the usual price.")),
            NumberRange(1, MOST_CENTS, _l("Enter a sum above nothing, up to 100,000.")),
        ],
    )

    def fit(self, guest_pass: GuestPass) -> None:
        """Offer what the pass is for; the only kind is chosen already."""
        self.kind.choices = [(kind.value, KINDS[kind]) for kind in guest_pass.kinds]
        if self.kind.data is None and len(guest_pass.kinds) == 1:
            self.kind.data = guest_pass.kinds[0].value

"""The shape of a new version: the texts side by side, and until when the old one holds."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import UUID, DataRequired, InputRequired, Length, Optional

from portal.corporate.agreements.models import AgreementVersion
from portal.corporate.orders.forms import WholeField, within_the_century

SHORT = Length(max=120, message=_l("Keep it within 120 characters."))
LONG = Length(max=30_000, message=_l("Keep it within 30,000 characters."))
BOTH = DataRequired(_l("Companies read it in both languages: enter it here, too."))
HOW = _l("An empty line begins a paragraph; a line that begins with # is a heading.")


class VersionForm(FlaskForm):
    """A version to be published."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    number = WholeField(_l("Number"), validators=[InputRequired()])
    title_en = StringField(_l("Title in English"), validators=[BOTH, SHORT])
    body_en = TextAreaField(_l("Text in English"), validators=[BOTH, LONG], description=HOW)
    title_ru = StringField(_l("Title in Russian"), validators=[BOTH, SHORT])
    body_ru = TextAreaField(_l("Text in Russian"), validators=[BOTH, LONG], description=HOW)
    old_until = DateField(
        _l("The old version holds until"),
        validators=[Optional(), within_the_century],
        description=_l("For companies that accepted it: the last day, two weeks from now at the earliest."),
    )
    is_read = BooleanField(
        _l("I have read both texts. A published version never changes."),
        validators=[DataRequired(_l("Read both texts and say so: a published version never changes."))],
    )

    def follow(self, current: AgreementVersion | None) -> None:
        """Only the very first version leaves no older one in force."""
        self.old_until.flags.required = current is not None

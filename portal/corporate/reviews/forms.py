"""The shape of what is entered when a review is held."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import UUID, InputRequired, Length, Optional, Regexp

from portal.corporate.orders.forms import within_the_century
from portal.corporate.reviews.actions import Held
from portal.corporate.reviews.models import ReviewOutcome

OUTCOMES = [
    SelectChoice(ReviewOutcome.KEPT.value, _l("It goes on as it is")),
    SelectChoice(ReviewOutcome.CHANGED.value, _l("It goes on, on other terms")),
    SelectChoice(ReviewOutcome.ENDED.value, _l("It ends")),
]


class ReviewForm(FlaskForm):
    """What came of it."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    number = HiddenField(
        validators=[Regexp(r"^\d{1,6}$", message=_l("Open the page anew: the form is not complete."))]
    )
    outcome = RadioField(
        _l("What came of it?"), choices=OUTCOMES, validators=[InputRequired(_l("Choose what came of it."))]
    )
    words = TextAreaField(
        _l("What the company reads"),
        validators=[Length(max=1_000, message=_l("Keep it within 1,000 characters."))],
        description=_l("Stands in the letter and on the company's page: what changes, or why it ends."),
    )
    ends_on = DateField(
        _l("Its last day"),
        validators=[Optional(), within_the_century],
        description=_l("Only where it ends: a month from now at the earliest."),
    )

    def held(self) -> Held:
        """The outcome as it was entered."""
        return Held(self.outcome.data, (self.words.data or "").strip(), self.ends_on.data)

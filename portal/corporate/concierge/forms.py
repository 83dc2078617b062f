"""The shape of a partner's answer."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, RadioField, StringField, TimeField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal.corporate.enquiries.models import Answer
from portal.corporate.orders.forms import within_the_century


class AnswerForm(FlaskForm):
    """Yes with a reference, no with a reason, or another time or price."""

    answer = RadioField(
        _l("What does the partner say?"),
        choices=[
            SelectChoice(Answer.CONFIRMED.value, _l("Yes")),
            SelectChoice(Answer.OFFERED.value, _l("Another time or price")),
            SelectChoice(Answer.DECLINED.value, _l("No")),
        ],
        validators=[InputRequired(_l("Choose what the partner says."))],
    )
    reference = StringField(
        _l("Reference of the partner"),
        validators=[Length(max=60, message=_l("Keep it within 60 characters."))],
    )
    reason = StringField(
        _l("Why?"), validators=[Length(max=300, message=_l("Keep it within 300 characters."))]
    )
    day = DateField(_l("Other day"), validators=[Optional(), within_the_century])
    starts = TimeField(_l("Other time"), validators=[Optional()])
    price = DecimalField(
        _l("Other price of one"),
        places=2,
        validators=[Optional(), NumberRange(0, 100_000, _l("Enter a price from 0 to 100,000."))],
    )

    def validate_reference(self, field: StringField) -> None:
        if self.answer.data == Answer.CONFIRMED and not (field.data or "").strip():
            raise ValidationError(_l("Note the reference under which the partner keeps it."))

    def validate_reason(self, field: StringField) -> None:
        if self.answer.data == Answer.DECLINED and not (field.data or "").strip():
            raise ValidationError(_l("Say why: the client will read it."))


class ReplyForm(FlaskForm):
    """The client takes or leaves an offer with one button."""


class CallOffForm(FlaskForm):
    """The partner was told that nobody wants it any more."""

    note = StringField(
        _l("What does the partner say?"),
        validators=[Length(max=300, message=_l("Keep it within 300 characters."))],
    )

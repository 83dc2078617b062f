"""The shape of a request for points by hand, and of what others say to it."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import UUID, DataRequired, InputRequired, Length, NumberRange, Optional

from portal.programme.credits.actions import Grounds
from portal.programme.credits.models import CreditReason
from portal.programme.credits.words import REASONS

MOST_POINTS = 10_000_000
MOST_WORDS = 1000
MOST_EVIDENCE = 200
TOO_LONG = _l("Please shorten it to %(max)d characters.")


class GroundsForm(FlaskForm):
    """Why, and what proves it; `token` makes two clicks one request."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    reason = SelectField(
        _l("Reason"), choices=[SelectChoice(code.value, REASONS[code]) for code in CreditReason]
    )
    words = TextAreaField(
        _l("What happened"),
        validators=[DataRequired(_l("Write what happened.")), Length(max=MOST_WORDS, message=TOO_LONG)],
        description=_l("The company reads this in its letter."),
        render_kw={"rows": 3},
    )
    evidence = StringField(
        _l("Evidence"),
        validators=[
            DataRequired(_l("Name what proves it: a complaint, a folio, a case.")),
            Length(max=MOST_EVIDENCE, message=TOO_LONG),
        ],
        description=_l("The number of the complaint, the folio or the case. It stays in the house."),
    )

    def grounds(self) -> Grounds:
        """What was entered."""
        return Grounds(
            reason=CreditReason(self.reason.data),
            words=(self.words.data or "").strip(),
            evidence=(self.evidence.data or "").strip(),
        )


class CreditForm(GroundsForm):
    """So many points for a company."""

    points = IntegerField(
        _l("Points to give"),
        validators=[
            InputRequired(_l("Enter how many points.")),
            NumberRange(min=1, max=MOST_POINTS, message=_l("Enter a whole number from 1 to 10,000,000.")),
        ],
    )


class DeskCreditForm(CreditForm):
    """The same at the desk, for one stay."""

    card = HiddenField(validators=[InputRequired()])
    reservation = StringField(
        _l("Reservation number"),
        validators=[DataRequired(_l("Enter the number of the reservation.")), Length(max=60)],
    )


class DecisionForm(FlaskForm):
    """A word to somebody else's request."""

    words = TextAreaField(
        _l("Your words"),
        validators=[Optional(), Length(max=MOST_WORDS, message=TOO_LONG)],
        description=_l("Needed for a no; whoever asked reads it."),
        render_kw={"rows": 2},
    )

"""The shape of a limit, a cost centre and an approver."""

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import UUID, DataRequired, InputRequired, Length, NumberRange

from portal.corporate.limits.models import CostCentre, Period, Scope
from portal.corporate.limits.words import PERIODS, SCOPES
from portal.people.models import Person
from portal.programme.inputs.forms import HundredthsField

MOST_CENTS = 10_000_000_00
TOO_LONG = _l("Please shorten it to %(max)d characters.")
WHOLE = "company"


def _token() -> HiddenField:
    return HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))


class LimitForm(FlaskForm):
    """So much may be booked without a second key."""

    token = _token()
    whom = SelectField(_l("For whom"))
    amount = HundredthsField(
        _l("Limit"),
        validators=[
            InputRequired(_l("Enter the limit, like 2500.")),
            NumberRange(0, MOST_CENTS, message=_l("Enter an amount from 0 to 10,000,000.")),
        ],
        description=_l("Above it a booking waits for approval. 0: every booking does."),
    )
    period = RadioField(
        _l("How long it lasts"),
        choices=[SelectChoice(each.value, PERIODS[each]) for each in Period],
        default=Period.MONTH.value,
    )

    def fit(self, people: Iterable[Person], centres: Iterable[CostCentre]) -> None:
        """Offer the company, each booker, every booker by name and every cost centre."""
        self.whom.choices = [
            (Scope.EACH.value, str(SCOPES[Scope.EACH])),
            (Scope.COMPANY.value, str(SCOPES[Scope.COMPANY])),
            *((f"{Scope.PERSON.value}:{each.public_id}", each.name) for each in people),
            *(
                (
                    f"{Scope.COST_CENTRE.value}:{each.public_id}",
                    _("Cost centre %(code)s · %(name)s", code=each.code, name=each.name),
                )
                for each in centres
            ),
        ]

    def scope(self) -> tuple[Scope, uuid.UUID | None]:
        """Whose spending it bounds, and which person or cost centre; once the form is valid."""
        kind, _colon, chosen = (self.whom.data or "").partition(":")
        return Scope(kind), uuid.UUID(chosen) if chosen else None


class CentreForm(FlaskForm):
    """A cost centre as the company's books call it."""

    token = _token()
    code = StringField(
        _l("Code"),
        validators=[
            DataRequired(_l("Enter the code from your books, like 4711.")),
            Length(max=30, message=TOO_LONG),
        ],
    )
    name = StringField(
        _l("What it is called"),
        validators=[
            DataRequired(_l("Enter a name that bookers know, like Sales.")),
            Length(max=80, message=TOO_LONG),
        ],
    )


class ApproverForm(FlaskForm):
    """Who holds the second key, and where."""

    token = _token()
    person = SelectField(_l("Who"), validators=[InputRequired(_l("Choose a person."))])
    where = SelectField(_l("For what"))

    def fit(self, people: Iterable[Person], centres: Iterable[CostCentre]) -> None:
        self.person.choices = [(str(each.public_id), each.name) for each in people]
        self.where.choices = [(WHOLE, str(SCOPES[Scope.COMPANY]))] + [
            (str(each.public_id), _("Cost centre %(code)s · %(name)s", code=each.code, name=each.name))
            for each in centres
        ]

    def centre(self) -> uuid.UUID | None:
        """The cost centre; none for the whole company. Once the form is valid."""
        return None if self.where.data == WHOLE else uuid.UUID(self.where.data)

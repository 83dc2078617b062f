"""What a company enters to join, and what it answers."""

import uuid

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import UUID, DataRequired, InputRequired, Length, NumberRange, Optional

from portal.accounts.taxpayers.rules import read_tax_number
from portal.corporate.admission.words import countries
from portal.corporate.applications.actions import Entered
from portal.people.forms import NAME_CHARACTERS, address_validators

MOST_NIGHTS = 100_000
MOST_TEXT = 1_000
TOO_LONG = _l("Please shorten it to %(max)d characters.")


class ApplicationForm(FlaskForm):
    """A company asks to join; `token` makes two clicks one application."""

    token = HiddenField(validators=[InputRequired(), UUID()], default=lambda: str(uuid.uuid4()))
    company = StringField(
        _l("Legal name of the company"),
        [DataRequired(_l("Enter the name as it stands in the register.")), Length(max=160, message=TOO_LONG)],
    )
    country = SelectField(
        _l("Country of registration"), validators=[InputRequired(_l("Choose the country."))]
    )
    tax_number = StringField(
        _l("Tax number"),
        [DataRequired(_l("Enter the tax number.")), Length(max=40, message=TOO_LONG)],
        description=_l("VAT number, NIF, ИНН … as on your invoices. Spaces and dashes do not matter."),
    )
    is_legal_entity = BooleanField(_l("We are a registered company or another legal entity"))
    nights = IntegerField(
        _l("Nights a year that you expect at our hotels"),
        [
            InputRequired(_l("Enter a number; an estimate will do.")),
            NumberRange(min=0, max=MOST_NIGHTS, message=_l("Enter a number from 0 to 100,000.")),
        ],
        description=_l("All your people together."),
    )
    code = StringField(
        _l("Your code at our hotels, if you know it"), [Optional(), Length(max=60, message=TOO_LONG)]
    )
    name = StringField(
        _l("Your full name"), [DataRequired(_l("Enter your name.")), Length(max=NAME_CHARACTERS)]
    )
    email = EmailField(
        _l("Work e-mail"),
        address_validators(),
        description=_l("At your company's own domain. We write you a letter to confirm it."),
    )
    note = TextAreaField(
        _l("What should we know?"),
        [Optional(), Length(max=MOST_TEXT, message=TOO_LONG)],
        render_kw={"rows": 3},
    )
    consent = BooleanField(
        _l("I agree to the terms for my company and have read the privacy notice"),
        validators=[DataRequired(_l("Please read and agree, or write to us first."))],
    )

    def fit(self) -> None:
        """Offer the countries of the world, by name."""
        self.country.choices = [("", _l("Choose …")), *countries()]

    def entered(self, *, locale: str) -> Entered:
        """What was entered. Raises `TaxNumberWrong`."""
        country = self.country.data
        number = read_tax_number(self.tax_number.data or "", country=country)
        return Entered(
            company=" ".join((self.company.data or "").split()),
            country=country,
            tax_number=number.number,
            tax_checked_by=number.checked_by,
            is_legal_entity=bool(self.is_legal_entity.data),
            nights_a_year=self.nights.data or 0,
            code=(self.code.data or "").strip(),
            note=(self.note.data or "").strip(),
            applicant=" ".join((self.name.data or "").split()),
            email=self.email.data or "",
            locale=locale,
        )


class AnswerForm(FlaskForm):
    """The answer to what the hotel asked."""

    text = TextAreaField(
        _l("Your answer"),
        [DataRequired(_l("Write your answer.")), Length(max=MOST_TEXT, message=TOO_LONG)],
        render_kw={"rows": 5},
    )

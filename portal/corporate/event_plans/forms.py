"""The shape of what a loyalty manager enters about an event: texts side by side, days, seats, audience."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import UUID, DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from portal.corporate.event_plans.rules import Days, days_of, instants
from portal.corporate.events.models import Event
from portal.corporate.events.rules import Planned
from portal.corporate.orders.forms import WholeField, within_the_century
from portal.hotel.models import Property
from portal.web.texts import in_language

MOST_SEATS = 2000
MOST_PLUS_ONES = 9
SHORT = Length(max=120, message=_l("Keep it within 120 characters."))
LONG = Length(max=2000, message=_l("Keep it within 2,000 characters."))
TEXTS = ("title", "description", "place")
SEATS_MESSAGE = _l("Choose from 1 to 2,000 seats.")


class ChecksField(SelectMultipleField):
    """Check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class EventForm(FlaskForm):
    """An event, new or changed."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    revision = WholeField(widget=HiddenInput(), validators=[Optional()])
    title_en = StringField(_l("Title in English"), validators=[SHORT])
    title_ru = StringField(_l("Title in Russian"), validators=[SHORT])
    description_en = TextAreaField(_l("What awaits the guests, in English"), validators=[LONG])
    description_ru = TextAreaField(_l("What awaits the guests, in Russian"), validators=[LONG])
    place_en = StringField(_l("Place in English"), validators=[SHORT])
    place_ru = StringField(_l("Place in Russian"), validators=[SHORT])
    hotel = SelectField(_l("Hotel"), validators=[DataRequired(_l("Choose the hotel."))])
    day = DateField(_l("Day"), validators=[InputRequired(_l("Choose the day.")), within_the_century])
    starts = TimeField(_l("From"), validators=[InputRequired(_l("Say when it begins, like 19:00."))])
    ends = TimeField(
        _l("Until"),
        validators=[InputRequired(_l("Say when it ends, like 23:00."))],
        description=_l("An earlier time means the next day."),
    )
    capacity = WholeField(
        _l("Seats"),
        validators=[
            InputRequired(_l("Say how many seats there are.")),
            NumberRange(1, MOST_SEATS, SEATS_MESSAGE),
        ],
    )
    seats_per_account = WholeField(
        _l("Seats a company"),
        validators=[Optional(), NumberRange(1, MOST_SEATS, SEATS_MESSAGE)],
        description=_l("Empty: what the programme gives its tier."),
    )
    plus_ones = WholeField(
        _l("Others with a guest"),
        validators=[
            InputRequired(_l("Say how many may come along, 0 for none.")),
            NumberRange(0, MOST_PLUS_ONES, _l("Choose from 0 to 9.")),
        ],
    )
    opens_on = DateField(
        _l("Registration from"), validators=[InputRequired(_l("Choose the day.")), within_the_century]
    )
    closes_on = DateField(
        _l("Registration until"), validators=[InputRequired(_l("Choose the day.")), within_the_century]
    )
    names_on = DateField(
        _l("Names can be changed until"),
        validators=[InputRequired(_l("Choose the day.")), within_the_century],
    )
    tiers = ChecksField(
        _l("Open to"), description=_l("None: only companies that you invite by name."), validate_choice=True
    )
    countries = ChecksField(_l("Only companies from"), description=_l("None chosen: from everywhere."))
    least_nights = WholeField(
        _l("Only with nights in the last 365 days"), validators=[Optional(), NumberRange(1, 100_000)]
    )

    def offer(
        self,
        *,
        houses: Sequence[Property],
        tiers: Iterable[tuple[str, Any]],
        countries: Iterable[str],
        locale: str,
    ) -> None:
        """Fill in what there is to choose from."""
        self.hotel.choices = [(house.code, in_language(house.name, locale)) for house in houses]
        self.tiers.choices = [(code, str(name)) for code, name in tiers]
        self.countries.choices = [(code, code) for code in countries]

    def take(self, event: Event) -> None:
        """Show an event as it is."""
        for name in TEXTS:
            for language in ("en", "ru"):
                self[f"{name}_{language}"].data = getattr(event, name).get(language, "")
        for name, value in days_of(event).items():
            self[name].data = value
        for name in ("capacity", "seats_per_account", "plus_ones", "least_nights", "tiers", "countries"):
            self[name].data = getattr(event, name)
        self.hotel.data, self.revision.data = event.property.code, event.revision

    def planned(self, houses: Sequence[Property]) -> Planned:
        """What was entered; once the form is valid."""
        house = next(house for house in houses if house.code == self.hotel.data)
        days = Days(**{name: self[name].data for name in Days.__dataclass_fields__})
        told = instants(days, zone=house.zone)
        return Planned(
            title=self._texts("title"),
            description=self._texts("description"),
            place=self._texts("place"),
            starts_at=told["starts_at"],
            ends_at=told["ends_at"],
            opens_at=told["opens_at"],
            closes_at=told["closes_at"],
            names_until=told["names_until"],
            property_id=house.id,
            capacity=self.capacity.data or 0,
            seats_per_account=self.seats_per_account.data,
            plus_ones=self.plus_ones.data or 0,
            tiers=tuple(self.tiers.data or ()),
            countries=tuple(self.countries.data or ()),
            least_nights=self.least_nights.data,
        )

    def _texts(self, name: str) -> dict[str, str]:
        typed = {language: (self[f"{name}_{language}"].data or "").strip() for language in ("en", "ru")}
        return {language: text for language, text in typed.items() if text}

    def validate(self, extra_validators: Any = None) -> bool:
        """It has a title in some language at least."""
        is_valid = bool(super().validate(extra_validators))
        if not self._texts("title"):
            self.title_en.errors = [*self.title_en.errors, _("Give it a title in one language at least.")]
            return False
        return is_valid


class PublishForm(FlaskForm):
    """One button."""


class CancelForm(FlaskForm):
    """Why an event is called off."""

    reason = StringField(
        _l("Why?"),
        validators=[
            DataRequired(_l("Say why: whoever is told of it reads it.")),
            Length(max=300, message=_l("Keep it within 300 characters.")),
        ],
    )


class NameForm(FlaskForm):
    """Which company is invited by name."""

    account = HiddenField(validators=[UUID()])

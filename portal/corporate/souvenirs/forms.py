"""The shape of what is entered about souvenirs: the item, its picture, its count, the terms."""

import uuid
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # younger than the types
from wtforms.validators import UUID, InputRequired, Length, NumberRange, Optional

from portal.corporate.souvenirs.actions import Entered
from portal.corporate.souvenirs.models import Souvenir
from portal.corporate.souvenirs.words import DRAWINGS, SETS
from portal.hotel.models import Property
from portal.web.texts import in_language

MOST_POINTS = 10_000_000
MOST_THINGS = 100_000
NAME = Length(max=80, message=_l("Keep it within 80 characters."))
TEXT = Length(max=400, message=_l("Keep it within 400 characters."))
REASON = Length(max=300, message=_l("Keep it within 300 characters."))
FOR_POINTS, ON_ARRIVAL = "points", "arrival"


class SouvenirForm(FlaskForm):
    """One item of the catalogue, in both languages."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    name_en = StringField(_l("Name in English"), validators=[NAME])
    name_ru = StringField(_l("Name in Russian"), validators=[NAME])
    description_en = TextAreaField(_l("Description in English"), validators=[TEXT], render_kw={"rows": 3})
    description_ru = TextAreaField(_l("Description in Russian"), validators=[TEXT], render_kw={"rows": 3})
    kind = RadioField(
        _l("How a guest gets it"),
        choices=[
            SelectChoice(FOR_POINTS, _l("The company reserves it for points")),
            SelectChoice(ON_ARRIVAL, _l("The desk gives it on arrival, by the guest’s tier")),
        ],
        default=FOR_POINTS,
        validators=[InputRequired(_l("Choose one."))],
    )
    points = IntegerField(
        _l("Price in points"),
        validators=[
            Optional(),
            NumberRange(min=1, max=MOST_POINTS, message=_l("Enter a whole number from 1 to 10,000,000.")),
        ],
    )
    arrival_set = SelectField(
        _l("Given for"), choices=[SelectChoice(code, said) for code, said in SETS.items()]
    )
    drawing = SelectField(
        _l("Drawing"),
        choices=[SelectChoice(code, said) for code, said in DRAWINGS.items()],
        description=_l("It stands for the souvenir until there is a photograph."),
    )

    def validate(self, extra_validators: object = None) -> bool:
        """A price belongs to what is reserved; a name in one language at least."""
        is_valid = super().validate(extra_validators)
        if self.kind.data == FOR_POINTS and self.points.data is None and not self.points.errors:
            self.points.errors = [_l("Enter the price in points.")]
            is_valid = False
        if not (self.name_en.data or "").strip() and not (self.name_ru.data or "").strip():
            self.name_en.errors = [_l("Name it in one language at least.")]
            is_valid = False
        return bool(is_valid)

    def entered(self) -> Entered:
        """What was entered."""
        is_for_points = self.kind.data == FOR_POINTS
        return Entered(
            name={"en": _text(self.name_en), "ru": _text(self.name_ru)},
            description={"en": _text(self.description_en), "ru": _text(self.description_ru)},
            points=self.points.data if is_for_points else None,
            arrival_set=None if is_for_points else self.arrival_set.data,
            drawing=self.drawing.data,
        )

    @staticmethod
    def values_of(souvenir: Souvenir) -> dict[str, object]:
        """What the form shows of a souvenir that is there."""
        return {
            "token": str(souvenir.public_id),
            "name_en": souvenir.name.get("en", ""),
            "name_ru": souvenir.name.get("ru", ""),
            "description_en": souvenir.description.get("en", ""),
            "description_ru": souvenir.description.get("ru", ""),
            "kind": FOR_POINTS if souvenir.points is not None else ON_ARRIVAL,
            "points": souvenir.points,
            "arrival_set": souvenir.arrival_set or "set_s",
            "drawing": souvenir.drawing,
        }


class PictureForm(FlaskForm):
    """A photograph of it."""

    file = FileField(
        _l("Photograph"),
        [FileRequired(_l("Choose a JPEG or a PNG."))],
        description=_l("JPEG or PNG. It is drawn anew: where and when it was taken stays with you."),
    )


class CountForm(FlaskForm):
    """What came in, or what was counted."""

    count_token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    hotel = SelectField(_l("Hotel"), validators=[InputRequired()])
    happened = RadioField(
        _l("What happened"),
        choices=[
            SelectChoice("came_in", _l("So many came in")),
            SelectChoice("counted", _l("So many were counted")),
        ],
        default="came_in",
        validators=[InputRequired(_l("Choose one."))],
    )
    quantity = IntegerField(
        _l("How many"),
        validators=[
            InputRequired(_l("Enter how many.")),
            NumberRange(min=0, max=MOST_THINGS, message=_l("Enter a whole number from 0 to 100,000.")),
        ],
    )
    reason = StringField(_l("Why, or from where"), validators=[REASON])

    def fit(self, houses: Iterable[Property], *, locale: str) -> None:
        self.hotel.choices = [SelectChoice(h.code, in_language(h.name, locale)) for h in houses]

    def validate(self, extra_validators: object = None) -> bool:
        """A correction says why; what comes in is at least one."""
        is_valid = bool(super().validate(extra_validators))
        if self.happened.data == "counted" and not (self.reason.data or "").strip():
            self.reason.errors = [_l("Say why the count differs.")]
            is_valid = False
        if self.happened.data == "came_in" and self.quantity.data == 0:
            self.quantity.errors = [_l("At least one came in, or nothing is to be written.")]
            is_valid = False
        return is_valid


class WarnForm(FlaskForm):
    """From how few on somebody is asked to order more."""

    hotel = HiddenField(validators=[InputRequired()])
    low_at = IntegerField(
        _l("Warn at"),
        validators=[
            InputRequired(_l("Enter how few.")),
            NumberRange(min=0, max=MOST_THINGS, message=_l("Enter a whole number from 0 to 100,000.")),
        ],
    )


class TermsForm(FlaskForm):
    """What holds for all souvenirs."""

    keep_days = IntegerField(
        _l("Days after the arrival on which a souvenir still waits"),
        validators=[InputRequired(_l("Enter how many.")), NumberRange(min=0, max=90)],
    )
    again_days = IntegerField(
        _l("Days until a guest is given the next on arrival"),
        validators=[InputRequired(_l("Enter how many.")), NumberRange(min=1, max=365)],
    )
    most = IntegerField(
        _l("Most of one souvenir in a reservation"),
        validators=[InputRequired(_l("Enter how many.")), NumberRange(min=1, max=50)],
    )


class FilterForm(Form):
    """What the catalogue is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    hotel = SelectField(_l("In stock at"), validators=[Optional()], validate_choice=False)


def _text(field: StringField) -> str:
    return (field.data or "").strip()

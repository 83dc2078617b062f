"""What is entered of a property."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp

NAME_CHARACTERS = 80


class PropertyForm(FlaskForm):
    """A property's name and city in both languages, its zone and its phone."""

    name_en = StringField(
        _l("Name in English"), [DataRequired(_l("Enter the hotel’s name.")), Length(max=NAME_CHARACTERS)]
    )
    name_ru = StringField(
        _l("Name in Russian"), [DataRequired(_l("Enter the hotel’s name.")), Length(max=NAME_CHARACTERS)]
    )
    city_en = StringField(
        _l("City in English"), [DataRequired(_l("Enter the city.")), Length(max=NAME_CHARACTERS)]
    )
    city_ru = StringField(
        _l("City in Russian"), [DataRequired(_l("Enter the city.")), Length(max=NAME_CHARACTERS)]
    )
    zone = StringField(
        _l("Time zone"),
        [InputRequired(_l("Enter the zone.")), Length(max=60)],
        description=_l("As in the IANA list, e.g. Europe/Lisbon. Nights, tiers and quiet hours follow it."),
    )
    phone = TelField(
        _l("Phone of the front desk"),
        [
            InputRequired(_l("Enter the number.")),
            Length(max=40),
            Regexp(r"^\+?[0-9 ()./-]{5,}$", message=_l("Digits, spaces and + ( ) - only.")),
        ],
    )

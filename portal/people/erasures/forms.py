"""What is entered to ask to be forgotten, and to decide on it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from portal.people.erasures import words
from portal.people.forms import PASSWORD_CHARACTERS

MOST_WORDS = 500


class AskForm(FlaskForm):
    """The password proves who asks."""

    current = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password.")), Length(max=PASSWORD_CHARACTERS)],
    )


class CarryOutForm(FlaskForm):
    """A box, so that what cannot be undone takes two movements."""

    is_sure = BooleanField(
        _l("I know that this cannot be undone"),
        [InputRequired(_l("Tick the box: what is erased does not come back."))],
    )


class RefuseForm(FlaskForm):
    """The ground in law, and what the person shall read beside it."""

    ground = RadioField(
        _l("Why must the data stay?"),
        choices=[SelectChoice(ground.value, text) for ground, text in words.GROUNDS.items()],
        validators=[InputRequired(_l("Choose the ground: the person has a right to know it."))],
    )
    words = StringField(
        _l("In your words"),
        [Optional(), Length(max=MOST_WORDS, message=_l("Please shorten it to %(max)d characters."))],
        description=_l("The person reads this in the letter, e.g. until when the data is needed."),
    )

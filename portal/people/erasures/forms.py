"""What is entered to ask to be forgotten, and to decide on it."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.people.erasures import words
from portal.people.erasures.models import Channel
from portal.people.erasures.rules import Note
from portal.people.forms import PASSWORD_CHARACTERS

MOST_WORDS = 500


class AskForm(FlaskForm):
    """The password proves who asks."""

    current = PasswordField(
        _l("Current password"),
        [InputRequired(_l("Enter your current password.")), Length(max=PASSWORD_CHARACTERS)],
    )


class NoteForm(FlaskForm):
    """A wish that did not come through the portal."""

    channel = RadioField(
        _l("How did the wish come?"),
        choices=[SelectChoice(channel.value, text) for channel, text in words.CHANNELS.items()],
        validators=[InputRequired(_l("Choose how the wish came."))],
    )
    asked_on = DateField(
        _l("On which day?"),
        [InputRequired(_l("Enter the day on which it came."))],
        description=_l("The thirty days count from it."),
    )
    proof = StringField(
        _l("How do you know that it was them?"),
        [
            DataRequired(_l("Say how you know: whoever asks in another’s name must not succeed.")),
            Length(max=MOST_WORDS, message=_l("Please shorten it to %(max)d characters.")),
        ],
        description=_l("E.g. called back on the number that we had. Keep no number of a document."),
    )

    def begin(self, *, today: date) -> None:
        """Most are noted on the day on which they come."""
        self.asked_on.data = today

    def note(self) -> Note:
        return Note(
            channel=Channel(self.channel.data),
            proof=" ".join((self.proof.data or "").split()),
            asked_on=self.asked_on.data or date.min,
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

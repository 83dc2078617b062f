"""The shape of what is entered about guest passes."""

from datetime import date

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    EmailField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Email, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.corporate.passes.models import PassKind, Payer
from portal.corporate.passes.rules import MOST_USES
from portal.corporate.passes.words import KINDS, PAYERS

UUID_PATTERN = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
LANGUAGES = (("en", "English"), ("ru", "Русский"))


class KindsField(SelectMultipleField):
    """Check boxes, one a kind."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PassForm(FlaskForm):
    """What a host gives an invitee."""

    token = HiddenField(validators=[Regexp(UUID_PATTERN)])
    invitee = StringField(
        _l("Invitee's full name"),
        validators=[
            DataRequired(_l("Enter the name: the desk asks for it.")),
            Length(max=120, message=_l("Keep the name within 120 characters.")),
        ],
    )
    email = EmailField(
        _l("E-mail"),
        validators=[Optional(), Email(_l("This is no e-mail address. Correct it, or leave it out."))],
    )
    language = RadioField(
        _l("Language of the letter and the pass"),
        choices=[SelectChoice(code, said) for code, said in LANGUAGES],
        validators=[InputRequired(_l("Choose the language."))],
    )
    hotel = SelectField(_l("Where?"), validators=[Optional()])
    kinds = KindsField(
        _l("For what?"),
        choices=[SelectChoice(kind.value, said) for kind, said in KINDS.items()],
        validators=[InputRequired(_l("Choose meals, rooms or both."))],
    )
    first_on = DateField(_l("First day"), validators=[InputRequired(_l("Choose the first day."))])
    last_on = DateField(_l("Last day"), validators=[InputRequired(_l("Choose the last day."))])
    uses = IntegerField(
        _l("How often?"),
        validators=[
            InputRequired(_l("Enter how often it may be used.")),
            NumberRange(1, MOST_USES, _l("Enter a number from 1 to 10.")),
        ],
    )
    payer = RadioField(
        _l("Who pays?"),
        choices=[SelectChoice(payer.value, said) for payer, said in PAYERS.items()],
        validators=[InputRequired(_l("Choose who pays."))],
    )
    message = TextAreaField(
        _l("A word of yours"),
        validators=[Length(max=400, message=_l("Keep it within 400 characters."))],
    )

    def begin(self, *, token: str, today: date, locale: str) -> None:
        """What most passes are: one use, from today, paid by the invitee."""
        self.token.data, self.first_on.data, self.uses.data = token, today, 1
        self.language.data, self.payer.data = locale, Payer.INVITEE.value

    def chosen_kinds(self) -> tuple[PassKind, ...]:
        return tuple(PassKind(kind) for kind in self.kinds.data or ())

    def chosen_payer(self) -> Payer:
        return Payer(self.payer.data)


class FilterForm(Form):
    """What the list is narrowed to."""

    q = SearchField(_l("Search"), validators=[Length(max=100)])
    hotel = SelectField(_l("Hotel"), validators=[Optional()], validate_choice=False)
    day_from = DateField(_l("From"), name="from", validators=[Optional()])
    day_to = DateField(_l("To"), name="to", validators=[Optional()])

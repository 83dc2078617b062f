"""The shape of an answer: radio buttons, check boxes or a text, by the kind of question."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.surveys.questionnaires.rules import Kind, Question
from portal.web.texts import in_language

ROWS = 5
THANKS_ROWS = 3


class ScaleForm(FlaskForm):
    """A number on a scale; the view names the numbers."""

    answer = RadioField(validators=[Optional()], validate_choice=False)


class ChoiceForm(FlaskForm):
    """Any number of what is offered; the view names the choices."""

    answer = SelectMultipleField(
        validators=[Optional()],
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class ThanksForm(ChoiceForm):
    """Whom to thank, and words to them."""

    words = TextAreaField(validators=[Optional()], render_kw={"rows": THANKS_ROWS})


class WordsForm(FlaskForm):
    """Words, as many as are kept."""

    answer = TextAreaField(_l("Your words"), validators=[Optional()], render_kw={"rows": ROWS})


FORMS: Mapping[Kind, type[FlaskForm]] = {
    Kind.SCALE: ScaleForm,
    Kind.SERVICES: ChoiceForm,
    Kind.THANKS: ChoiceForm,
    Kind.TEXT: WordsForm,
}


def form_for(question: Question, *, locale: str, choices: list[tuple[str, str]]) -> FlaskForm:
    """The form of a question in the reader's language."""
    form = ThanksForm() if question.words else FORMS[question.kind]()
    form.answer.label.text = in_language(question.text, locale)
    if isinstance(form, ThanksForm):
        form.words.label.text = in_language(question.words, locale)
    if question.kind is Kind.SCALE:
        form.answer.choices = [(str(number), str(number)) for number in question.scale]
    elif question.kind is not Kind.TEXT:
        form.answer.choices = choices
    form.answer.flags.required = question.is_required
    return form

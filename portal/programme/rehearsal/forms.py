"""The shape of a rehearsal that is asked for, and of the list of its accounts."""

import uuid
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SearchField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import UUID, Length, Optional

from portal.programme.drafts.models import ProgrammeDraft
from portal.programme.rehearsal import words
from portal.programme.rehearsal.rules import PERIODS

MOST = 80


class RehearsalForm(FlaskForm):
    """Which rules, and over how many months."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))
    draft = SelectField(_l("Which rules"), default="")
    months = SelectField(
        _l("Over the last"),
        coerce=int,
        choices=[SelectChoice(months, words.PERIODS[months]) for months in PERIODS],
    )

    def offer(self, drafts: Iterable[ProgrammeDraft]) -> "RehearsalForm":
        """Let these drafts be chosen, beside the rules in force."""
        self.draft.choices = [SelectChoice("", words.IN_FORCE)]
        self.draft.choices += [
            SelectChoice(str(draft.public_id), words.draft_named(draft)) for draft in drafts
        ]
        return self


class OrderForm(FlaskForm):
    """A workbook that is ordered."""

    token = HiddenField(validators=[UUID()], default=lambda: str(uuid.uuid4()))


class AccountFilterForm(FlaskForm):
    """Which accounts, in which order; it stands in the address, so it has no token."""

    class Meta:
        csrf = False

    q = SearchField(_l("Company"), validators=[Optional(), Length(max=MOST)])
    sort = SelectField(
        _l("Sorted"),
        choices=[SelectChoice(code, said) for code, said in words.SORTS.items()],
        default="gain",
        validators=[Optional()],
    )

"""The shape of the hotel's word on an application."""

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SearchField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.corporate.applications.actions import Approval
from portal.corporate.applications.rules import Candidate
from portal.people.models import Person

NEW = "new"
MOST_WORDS = 1000
TOO_LONG = _l("Please shorten it to %(max)d characters.")


class SearchForm(FlaskForm):
    """It stands in the address, so it has no token."""

    class Meta:
        csrf = False

    q = SearchField(_l("Company, applicant or tax number"), validators=[Optional(), Length(max=100)])


class ApprovalForm(FlaskForm):
    """Which account the company takes over, and who looks after it."""

    account = RadioField(
        _l("Which account is it?"), validators=[InputRequired(_l("Choose an account, or a new one."))]
    )
    manager = SelectField(_l("Account manager"), validators=[InputRequired(_l("Choose who looks after it."))])
    words = TextAreaField(
        _l("A word of welcome"),
        validators=[Optional(), Length(max=MOST_WORDS, message=TOO_LONG)],
        description=_l("It stands in the letter."),
        render_kw={"rows": 2},
    )

    def fit(self, candidates: Sequence[Candidate], managers: Sequence[Person], *, new: str, me: int) -> None:
        """Offer what there is: the likeliest account first, oneself as its manager."""
        free = [each.account for each in candidates if each.is_free]
        self.account.choices = [(str(each.public_id), each.name) for each in free] + [(NEW, new)]
        self.manager.choices = [(str(each.public_id), each.name) for each in managers]
        if self.account.data is None:
            self.account.data = self.account.choices[0][0]
        if self.manager.data is None:
            self.manager.data = next((str(each.public_id) for each in managers if each.id == me), None)

    def approval(self) -> Approval:
        """What was chosen."""
        chosen = self.account.data
        return Approval(
            account_id=None if chosen == NEW else uuid.UUID(chosen),
            manager_id=uuid.UUID(self.manager.data),
            words=(self.words.data or "").strip(),
        )


class WordsForm(FlaskForm):
    """A question, or the reason of a no."""

    words = TextAreaField(
        _l("Your words"),
        validators=[
            InputRequired(_l("Write a sentence or two: the applicant reads it in the letter.")),
            Length(max=MOST_WORDS, message=TOO_LONG),
        ],
        render_kw={"rows": 3},
    )

    @property
    def text(self) -> str:
        return (self.words.data or "").strip()

"""What is entered to import a file and to say which company it means."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, SearchField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from portal.stays.imports.words import CHOOSE_FILE, SOURCES

OPEN_ACCOUNT = "open"
COMPANY_CHARACTERS = 500


class UploadForm(FlaskForm):
    """A file and how it is to be read."""

    file = FileField(_l("File"), [FileRequired(CHOOSE_FILE)], description=_l(".csv or .csv.gz"))
    source = SelectField(_l("Source"), choices=[SelectChoice(name, said) for name, said in SOURCES.items()])
    companies_only = BooleanField(_l("Companies only: rows without a company are out of scope"))
    as_of = DateField(
        _l("As-of date"),
        [Optional()],
        description=_l("The programme is played up to this day; today where none is given."),
    )


class SettleForm(FlaskForm):
    """Which account a held company is: one of ours, or a new one."""

    company = StringField(_l("Company"), [InputRequired(), Length(max=COMPANY_CHARACTERS)])
    account = StringField(_l("Account"), [InputRequired(), Length(max=36)])

    def chosen_account(self) -> str | None:
        """The public id of the account that was chosen; none when a new one is to be opened."""
        return None if self.account.data == OPEN_ACCOUNT else self.account.data


class RowsForm(FlaskForm):
    """Which rows are shown; it stands in the address, so it has no token."""

    class Meta:
        csrf = False

    outcome = StringField(validators=[Optional(), Length(max=20)])
    remark = StringField(validators=[Optional(), Length(max=40)])
    q = SearchField(_l("Look for another account"), validators=[Optional(), Length(max=100)])

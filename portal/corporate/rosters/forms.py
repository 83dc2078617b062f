"""What is entered to preview a list of people, and what the preview hands on."""

import json
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import UUID, DataRequired, ValidationError

from portal.corporate.rosters import rules
from portal.corporate.rosters.rules import Told

AGAIN = _l("These rows are not as the preview showed them. Upload the file again.")
MOST_OF_A_CELL = 1_000
ROW_NUMBERS = range(1, 1_000_000)


class RosterForm(FlaskForm):
    """A file."""

    file = FileField(
        _l("File"), [FileRequired(_l("Choose a file."))], description=_l(".csv or .xlsx, at most 200 people")
    )


class AcceptanceForm(FlaskForm):
    """The rows that were shown, as they stood in the file: they are decided anew."""

    token = HiddenField(validators=[UUID(AGAIN)])
    rows = HiddenField(validators=[DataRequired(AGAIN)])

    def validate_rows(self, field: HiddenField) -> None:
        if told_in(field.data) is None:
            raise ValidationError(AGAIN)

    def told(self) -> list[Told]:
        """The rows."""
        return told_in(self.rows.data) or []


def handed_on(rows: list[Told]) -> str:
    """The rows for the form of the preview."""
    whole = [each for each in rows if each.is_readable]
    told = [[each.row_no, each.name, each.email, each.roles, each.language] for each in whole]
    return json.dumps(told, ensure_ascii=False)


def told_in(text: str | None) -> list[Told] | None:
    """The rows of that form; none where somebody wrote something else into it."""
    try:
        found: Any = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not 0 < len(found) <= rules.MOST_ROWS:
        return None
    rows = [_row(each) for each in found]
    return None if None in rows else [each for each in rows if each is not None]


def _row(cells: Any) -> Told | None:
    if not isinstance(cells, list) or len(cells) != len(rules.FIELDS) + 1:
        return None
    number, texts = cells[0], cells[1:]
    if type(number) is not int or number not in ROW_NUMBERS:
        return None
    if not all(isinstance(each, str) and len(each) <= MOST_OF_A_CELL for each in texts):
        return None
    # Zero bytes and halves of a letter can stand nowhere.
    if any("\0" in each or not each.isprintable() for each in texts):
        return None
    return Told(number, *texts)

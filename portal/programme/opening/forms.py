"""What is entered to show a file of opening balances."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class OpeningForm(FlaskForm):
    """A file."""

    file = FileField(
        _l("File"), [FileRequired(_l("Choose a file."))], description=_l(".csv, .csv.gz or .xlsx")
    )

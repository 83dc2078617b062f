"""What happened to points, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "ledger.revival": _l(
        "The points came back to a lot that had died meanwhile: they live on until %(last_date)s "
        "(days: %(days)s)."
    ),
}

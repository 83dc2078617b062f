"""What a line of a bill has to do with points, in words."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

SIGHT_PAGES: dict[str, LazyString] = {"programme.folio": _l("The bill of a stay of yours, behind points")}

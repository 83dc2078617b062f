"""What the audit calls companies' identity and their cards."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

AUDIT_SUBJECTS: dict[str, LazyString] = {"account": _l("Company"), "card": _l("Card")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "account.open_unclaimed": _l("Unclaimed account opened"),
    "account.open": _l("Account opened for a company that applied"),
    "account.identify": _l("Legal name, country or tax number of a company changed"),
    "account.claim": _l("Account claimed"),
    "account.close": _l("Account closed"),
    "account.change_manager": _l("Account manager of a company changed"),
    "account.add_code": _l("Hotel system's name for a company added"),
    "card.issue": _l("Card issued"),
    "card.block": _l("Card blocked"),
    "card.unblock": _l("Block of a card taken back"),
}

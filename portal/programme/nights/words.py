"""What is said of the price of a night."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme import words as programme
from portal.programme.nights import rules
from portal.programme.rules import Refusal
from portal.web import why

BY: dict[str, LazyString] = {
    "contract": _l("Contract"),
    "contract_and_promotion": _l("Contract, less the promotion"),
    "promotion": _l("Promotion"),
    "tier_and_promotion": _l("Discount of the tier, then the promotion"),
    "tier": _l("Discount of the tier"),
}
REFUSALS: dict[type[Refusal], LazyString] = {
    rules.NightsNotPossible: _l("A stay has from one night to %(most_nights)s. Enter as many."),
}


def refused(refusal: Refusal) -> str:
    """The sentence of a refusal, of this room or of the programme."""
    sentence = REFUSALS.get(type(refusal))
    return why.fill(sentence, refusal.values) if sentence is not None else programme.refused(refusal)

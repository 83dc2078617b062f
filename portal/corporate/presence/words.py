"""What the desk is told of live cards and documents."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.corporate.presence import rules
from portal.corporate.presence.models import PersonDocument

DOCUMENTS: dict[PersonDocument, LazyString] = {
    PersonDocument.PASSPORT: _l("Passport"),
    PersonDocument.IDENTITY_CARD: _l("Identity card"),
    PersonDocument.DRIVING_LICENCE: _l("Driving licence"),
    PersonDocument.COMPANY_BADGE: _l("Company badge with a photo"),
}
REFUSALS: dict[type[Exception], LazyString] = {
    rules.NotALiveCode: _l("That is not a live card. Scan the code on the guest's phone, not the digits."),
    rules.MistypedLiveCode: _l("A digit of this code is wrong. Scan it again."),
    rules.LiveCodeLapsed: _l(
        "This live code has lapsed: it may be a picture. Let the guest show the card on their phone, or"
        " look at a document."
    ),
    rules.LiveCodeUsed: _l(
        "Something was spent with this very code already. Wait for the next one, at most half a minute."
    ),
    rules.FormSpent: _l(
        "This form was sent before and undone, so nothing was spent. The page is fresh now: do it once more."
    ),
    rules.LiveCodeOfOther: _l("The live card that was shown belongs to another. Scan the right one."),
    rules.PresenceMissing: _l(
        "Nothing shows that this is the person. Scan the live card on their phone, or look at a document"
        " and say which."
    ),
}

"""The programme's words: labels of its codes, the steps of its derivations, and its refusals."""

from dataclasses import asdict

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.programme import rules
from portal.programme.bundles import rules as bundles
from portal.programme.bundles import words as bundle_words
from portal.programme.chain.rules import Bucket, Kind
from portal.programme.compensation import words as compensation_words
from portal.programme.earning import rules as earning
from portal.programme.earning import words as earning_words
from portal.programme.ledger import rules as ledger
from portal.programme.ledger import words as ledger_words
from portal.programme.outlook import words as outlook_words
from portal.programme.paths import rules as paths
from portal.programme.paths import words as path_words
from portal.programme.pricing import rules as pricing
from portal.programme.pricing import words as pricing_words
from portal.programme.redemption import rules as redemption
from portal.programme.redemption import words as redemption_words
from portal.programme.standing import words as standing_words
from portal.programme.terms import rules as terms
from portal.programme.timeline import rules as timeline
from portal.web import why
from portal.web.pages import locale_code
from portal.web.texts import in_language

STEPS: dict[str, LazyString] = {
    **bundle_words.STEPS,
    **compensation_words.STEPS,
    **earning_words.STEPS,
    **ledger_words.STEPS,
    **outlook_words.STEPS,
    **path_words.STEPS,
    **pricing_words.STEPS,
    **redemption_words.STEPS,
    **standing_words.STEPS,
}


def lazily(name: terms.Names) -> LazyString:
    """A name in the language of whoever reads it."""
    return LazyString(lambda: in_language(asdict(name), locale_code()))


TIERS: dict[str, LazyString] = {code: lazily(name) for code, name in terms.TIER_NAMES.items()}
"""What the tiers of the first version are called; what another calls its own, `tiers.words` says."""
NAMED = frozenset({"tier", "reached", "new_tier", "nearest"})
"""Values in derivations that are tiers: a version may name them itself."""
CATEGORIES: dict[str, LazyString] = {
    rules.ROOMS: _l("Rooms"),
    rules.FOOD_AND_DRINK: _l("Food and drink"),
    rules.HALLS_AND_EQUIPMENT: _l("Halls and equipment"),
    rules.OTHER_SERVICES: _l("Other services"),
    rules.VIP_BUNDLE: _l("VIP bundle"),
}
DOORS: dict[str, LazyString] = {
    rules.EITHER: _l("by nights or by spend"),
    rules.BY_NIGHTS: _l("by nights only"),
    rules.BY_SPEND: _l("by spend only"),
}
BUCKETS: dict[Bucket, LazyString] = {
    Bucket.ISSUED: _l("Issued"),
    Bucket.PENDING: _l("Pending"),
    Bucket.ACTIVE: _l("Active"),
    Bucket.HELD: _l("Held"),
    Bucket.SPENT: _l("Spent"),
    Bucket.EXPIRED: _l("Expired"),
    Bucket.REVERSED: _l("Reversed"),
    Bucket.OWED: _l("To be set off"),
}
KINDS: dict[Kind, LazyString] = {
    Kind.ACCRUAL: _l("Earned"),
    Kind.CREDIT: _l("Credited"),
    Kind.ACTIVATION: _l("Became active"),
    Kind.HOLD: _l("Set aside"),
    Kind.SPEND: _l("Spent"),
    Kind.RELEASE: _l("Released"),
    Kind.REFUND: _l("Given back"),
    Kind.REVERSAL: _l("Taken back"),
    Kind.EXPIRY: _l("Expired"),
}
REASONS: dict[Kind, LazyString] = {
    Kind.ACCRUAL: _l("Earned by a stay or an order."),
    Kind.CREDIT: _l("Given by the hotel."),
    Kind.ACTIVATION: _l("The days of waiting after check-out and payment were over."),
    Kind.HOLD: _l("Set aside for an order, from the points that expire first."),
    Kind.SPEND: _l("What had been set aside has paid."),
    Kind.RELEASE: _l("The order needs them no longer: they went back to the lots they came from."),
    Kind.REFUND: _l("The reward was cancelled: they went back to the lots they came from."),
    Kind.REVERSAL: _l(
        "The stay or the order was changed or struck out, or points had been given by mistake: "
        "what came of it was taken back."
    ),
    Kind.EXPIRY: _l("Their last day had passed."),
}
SORTS: dict[str, LazyString] = {
    "name": _l("by name"),
    "tier": _l("from the highest tier"),
    "points": _l("most points first"),
}
OUTCOMES: dict[str, LazyString] = {
    "kept": _l("Kept"),
    "up": _l("Up"),
    "down": _l("Down one level"),
    "grace_started": _l("Days of grace began"),
    "in_grace": _l("In the days of grace"),
    "grace_cleared": _l("Qualified again"),
    "carried": _l("Carried over: the tier is gone"),
}
SKIPPED: dict[str, LazyString] = {
    "zero_nights": _l("No night was slept, so nothing was earned."),
    "no_positive_rate": _l("The room rate is zero or less, so nothing was earned."),
    "below_one_point": _l("Less than one point was earned."),
    "before_joining": _l("It lies before the day from which the company earns: it counts for the tier only."),
    "nothing_to_reverse": _l("It had earned no points, so none were taken back."),
    "already_done": _l("It had been counted before; nothing changed."),
}
BREAKS: dict[str, LazyString] = {
    "sequence": _l("An entry is missing or out of order."),
    "account": _l("The entry belongs to another account."),
    "previous": _l("The entry does not follow the one before it."),
    "seal": _l("The entry was changed after it was sealed."),
    "unbalanced": _l("The entry does not sum to zero."),
    "key_twice": _l("The same movement was posted twice."),
    "cut_tail": _l("The last entries are missing."),
    "rewritten": _l("The chain was written anew: it no longer fits the seal over it."),
}
SEAL_BREAKS: dict[str, LazyString] = {
    "sequence": _l("A seal is missing."),
    "previous": _l("The seal does not follow the one before it."),
    "seal": _l("The seal was changed."),
}
AUDIT_SUBJECTS: dict[str, LazyString] = {"account": _l("Company"), "import": _l("Import of stays")}
AUDIT_ACTIONS: dict[str, LazyString] = {
    "programme.played": _l("Stays of an import counted"),
    "points.hold": _l("Points set aside"),
    "points.spend": _l("Points spent"),
    "points.release": _l("Points released"),
    "points.refund": _l("Points given back"),
    "points.perk_fulfilled": _l("Points given for an order"),
    "points.perk_reversed": _l("Points of an order taken back"),
}
SIGHT_PAGES: dict[str, LazyString] = {"programme.account": _l("Page of your company at the hotel")}
WAYS: dict[str, LazyString] = {
    "nights": _l("by nights"),
    "events": _l("by events"),
    "spend": _l("by spend"),
    "mixed": _l("by nights and events together"),
}
INVITEES: dict[str, LazyString] = {"meals": _l("meals"), "rooms": _l("rooms")}

WORDS: dict[str, LazyString] = {
    **{f"{name}.{code}": word for name in sorted(NAMED) for code, word in TIERS.items()},
    **{f"category.{code}": word for code, word in CATEGORIES.items()},
    **{f"way.{code}": word for code, word in WAYS.items()},
    **{f"invitee.{code}": word for code, word in INVITEES.items()},
}
"""How the codes in derivations and refusals read: `tier.gold` is Gold."""

REFUSALS: dict[type[rules.Refusal], LazyString] = {
    rules.FieldMissing: _l("%(field)s is missing. Enter it."),
    rules.FieldUnknown: _l("The programme knows no %(field)s. Remove it."),
    rules.FieldMistyped: _l("%(field)s is not of the right kind (%(kind)s). Correct it."),
    rules.FieldOutOfRange: _l("%(field)s is out of range. Correct it."),
    rules.ChoiceUnknown: _l("%(field)s can be one of %(choices)s. Choose one."),
    terms.TermTwice: _l("%(field)s: this line says the same as one above. Remove one of them."),
    terms.PromotionEndsBeforeItBegins: _l("%(field)s lies before the first night. Choose a later night."),
    rules.DoorsNotRising: _l("%(field)s: a higher tier must ask and give at least as much as the one below."),
    rules.FirstDoorNotOpen: _l("The lowest tier must be open to all: 0 nights and no spend."),
    rules.TierTwice: _l("Two tiers have the same code. Rename one."),
    rules.TierNamedHalf: _l("%(field)s is missing: a tier has a name in both languages. Enter it."),
    rules.TierNameTwice: _l("%(field)s: another tier is called “%(name)s”. Choose another name."),
    rules.LadderNotRising: _l("More kinds in a bundle must give no less than fewer do. Sort the ladder."),
    rules.ActivationAfterDeath: _l("Points would die before they are active. Let them live longer."),
    rules.UnknownTier: _l("There is no tier “%(tier)s” in version %(version)s of the rules."),
    rules.NoRulesInForce: _l("No rules were in force on %(day_date)s. Let a version begin earlier."),
    earning.CreditNotPositive: _l("A credit gives at least one point. To take points back, reverse it."),
    earning.UnknownCreditRole: _l("Only the desk and managers credit points by hand."),
    redemption.NotEnoughPoints: _l(
        "Can be spent: %(active_points)s; wanted: %(wanted_points)s. Choose fewer."
    ),
    redemption.BelowRedemptionMinimum: _l("The least you can spend is %(min_points)s. Choose more, or none."),
    redemption.NotInRedemptionSteps: _l("Points are spent in steps: %(step_points)s. Round the number."),
    redemption.MoreThanShareOfBill: _l(
        "Points pay up to %(share_bp)s of this bill, %(share_cents)s. Choose at most %(most_points)s."
    ),
    pricing.UnknownInviteeKind: _l("Invitees have a better price on meals and rooms only."),
    pricing.PriceNotPossible: _l("A price and a number of nights cannot be negative. Correct them."),
    bundles.EmptyOrder: _l("Nothing is chosen yet. Add a service."),
    bundles.QuantityNotPossible: _l("%(service)s: the quantity must be at least %(least)s."),
    bundles.LinePriceNotPossible: _l("%(service)s: the price list is wrong here. Tell the hotel."),
    paths.TierNotAbove: _l("%(tier)s is open to every company: nothing leads to it."),
    ledger.KeyTaken: _l("This form has been sent before from elsewhere. Open the page anew."),
    ledger.PointsNotPositive: _l("At least one point is needed."),
    ledger.UnknownLot: _l("The account has no lot %(lot)s. Reload the page."),
    ledger.UnknownHold: _l("These points are no longer set aside. Start again."),
    ledger.UnknownAccrual: _l("There is no such accrual to take back. Reload the page."),
    ledger.NothingToMove: _l("Nothing in lot %(lot)s changes on %(day_date)s."),
    ledger.RefundBeyondSpent: _l("Only what was spent can come back: %(spent_points)s."),
    timeline.NotYetHappened: _l("It lies after %(until_date)s and cannot be counted yet."),
    timeline.PlayedFurther: _l("The account has been counted through %(through_date)s already."),
}


def refused(refusal: rules.Refusal) -> str:
    """Say a refusal in the reader's language: what is wrong, and the remedy."""
    return why.fill(REFUSALS[type(refusal)], refusal.values)

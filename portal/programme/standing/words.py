"""How a tier came about and what lies ahead of it, in sentences."""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

STEPS: dict[str, LazyString] = {
    "standing.nights": _l("Slept from %(from_date)s to the morning of %(as_of_date)s: %(slept_nights)s."),
    "standing.window": _l("Counted from %(from_date)s to %(as_of_date)s."),
    "standing.credits": _l(
        "Event spend of %(event_cents)s, one night credit for each full %(step_cents)s, at most "
        "%(most_nights)s: %(credit_nights)s."
    ),
    "standing.sum": _l("Qualified: %(qualified_nights)s. Eligible spend: %(spend_cents)s."),
    "standing.sum_nights": _l("Qualified: %(qualified_nights)s."),
    "standing.sum_spend": _l("Eligible spend: %(spend_cents)s."),
    "standing.by_nights": _l("%(tier)s begins at %(door_nights)s: reached by nights."),
    "standing.by_spend": _l("%(tier)s begins at a spend of %(door_cents)s: reached by spend."),
    "standing.open_to_all": _l("%(tier)s is open to every company."),
    "standing.review_kept": _l("Review of %(day_date)s: %(tier)s is kept."),
    "standing.review_up": _l("%(day_date)s: from %(tier)s to %(new_tier)s, at once."),
    "standing.review_grace_started": _l(
        "Review of %(day_date)s: the past year amounts to %(reached)s. %(tier)s stays; the first "
        "review on or after %(grace_date)s decides."
    ),
    "standing.review_in_grace": _l(
        "Review of %(day_date)s: the past year still amounts to %(reached)s. %(tier)s stays; the "
        "first review on or after %(grace_date)s decides."
    ),
    "standing.review_grace_cleared": _l(
        "%(day_date)s: the past year amounts to %(reached)s again. The days of grace are over, "
        "%(tier)s is kept."
    ),
    "standing.review_down": _l(
        "Review of %(day_date)s: the days of grace ended on %(grace_date)s and the past year amounts "
        "to %(reached)s. One level down, from %(tier)s to %(new_tier)s."
    ),
    "standing.carried": _l(
        "%(day_date)s: the rules know %(tier)s no more. The nearest tier below that remains is "
        "%(nearest)s, and the past year amounts to %(reached)s: from %(tier)s to %(new_tier)s."
    ),
    "standing.carried_lowest": _l(
        "%(day_date)s: the rules know %(tier)s no more, and no tier below it remains. The lowest is "
        "%(nearest)s now, and the past year amounts to %(reached)s: from %(tier)s to %(new_tier)s."
    ),
    "standing.carried_higher": _l(
        "%(day_date)s: the rules know %(tier)s no more. The nearest tier below that remains is "
        "%(nearest)s, but the past year amounts to %(reached)s, which is higher: from %(tier)s to "
        "%(new_tier)s."
    ),
}

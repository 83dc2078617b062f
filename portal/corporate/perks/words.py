"""Words of the perks page."""

from collections.abc import Sequence
from itertools import pairwise

from flask_babel import gettext as _

from portal.programme.rules import Rung
from portal.web.formats import percent_bp


def ladder_steps(ladder: Sequence[Rung]) -> list[tuple[str, str]]:
    """The ladder of bundles as it is read: how many kinds, and what they take off."""
    ends = [(low, high.kinds - 1) for low, high in pairwise(ladder)]
    steps = [
        (_("%(least)s–%(most)s kinds", least=rung.kinds, most=most), rung.discount_bp) for rung, most in ends
    ]
    if ladder:
        steps.append((_("%(least)s kinds and more", least=ladder[-1].kinds), ladder[-1].discount_bp))
    return [(kinds, f"−{percent_bp(discount_bp)}") for kinds, discount_bp in steps]

"""What may stand in the catalogue, and what a hotel's count may become."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.programme.redemption.rules import BelowRedemptionMinimum, NotInRedemptionSteps
from portal.programme.rules import Refusal, Rules


class SouvenirGone(Refusal):
    """The hotel has fewer left than are wanted."""


class NotSaidInEveryLanguage(Refusal):
    """A souvenir is offered only once it is named and described in every language of the house."""


class CountedBelowPromised(Refusal):
    """More are promised to guests than the count would leave."""


class NothingCounted(Refusal):
    """The count is what was there already."""


class SetTaken(Refusal):
    """Another souvenir is given for this set already."""


def check_price(points: int, *, rules: Rules) -> None:
    """A price is one that can be redeemed: from the minimum, in whole steps."""
    if points < rules.redemption_min_points:
        raise BelowRedemptionMinimum(wanted_points=points, min_points=rules.redemption_min_points)
    if points % rules.redemption_step_points:
        raise NotInRedemptionSteps(wanted_points=points, step_points=rules.redemption_step_points)


def check_said(texts: Sequence[Mapping[str, Any]], *, languages: Sequence[str]) -> None:
    """Raises `NotSaidInEveryLanguage` with the languages that are missing."""
    missing = [code for code in languages if not all(str(each.get(code) or "").strip() for each in texts)]
    if missing:
        raise NotSaidInEveryLanguage(languages=" ".join(missing))


def check_count(*, counted: int, on_hand: int, reserved: int) -> int:
    """By how much a count changes what is on hand."""
    if counted == on_hand:
        raise NothingCounted(on_hand=on_hand)
    if counted < reserved:
        raise CountedBelowPromised(reserved=reserved, counted=counted)
    return counted - on_hand

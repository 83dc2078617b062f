"""Whether a form was filled in for the company that its sender acts for."""

from collections.abc import Sequence

from portal.programme.rules import Refusal


class ActsForAnother(Refusal):
    """The form belongs to another company than the one acted for now, or does not say to which."""


def check_company(mark: str, *, acting: str, companies: Sequence[int]) -> None:
    """Let a form pass whose mark is that of the company acted for.

    Who belongs to one company alone may send a form without a mark: there is nothing to mistake.
    """
    is_plain = not mark and len(companies) == 1
    if not is_plain and mark != acting:
        raise ActsForAnother

"""What a family may look like, and who has to agree to it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from portal.accounts.models import Account
from portal.corporate.families.models import FamilyLink, Side
from portal.programme.rules import Refusal

MOST_LEVELS = 3
"""A parent, its subsidiaries, and theirs."""
MOST_MEMBERS = 60


class LinkState(StrEnum):
    """Where a link stands for one of the two companies."""

    WAITS_FOR_US = "waits_for_us"
    WAITS_FOR_THEM = "waits_for_them"
    HOLDS = "holds"
    ENDED = "ended"


class SameCompany(Refusal):
    """A company is not its own parent."""


class HasParent(Refusal):
    """The subsidiary belongs to a company already, or was asked whether it does: `parent`."""


class FamilyInCircle(Refusal):
    """The parent belongs to the subsidiary, straight or by others."""


class FamilyTooDeep(Refusal):
    """More levels than a family may have: `most`."""


class FamilyTooLarge(Refusal):
    """More companies than a family may have: `most`."""


class NobodyToAgree(Refusal):
    """Nobody runs the account of `company`, so nobody can agree for it."""


class LinkEnded(Refusal):
    """Somebody ended the link, or said no, before."""


class AgreedAlready(Refusal):
    """This company has agreed before; the other has not yet, or the link holds."""


def check_companies(parent: Account, subsidiary: Account) -> None:
    """Two companies, each with somebody to agree for it."""
    if parent.id == subsidiary.id:
        raise SameCompany
    for account in (parent, subsidiary):
        if account.claimed_at is None:
            raise NobodyToAgree(company=account.name)


def check_shape(parent_of: Mapping[int, int], *, parent_id: int, subsidiary_id: int) -> None:
    """Whether a family may grow so; `parent_of` has every living link, those that wait included."""
    above = _above(parent_of, parent_id)
    if subsidiary_id in above:
        raise FamilyInCircle
    members = _below(parent_of, above[-1])
    joining = _below(parent_of, subsidiary_id)
    if len(above) + max(joining.values()) + 1 > MOST_LEVELS:
        raise FamilyTooDeep(most=MOST_LEVELS)
    if len(members) + len(joining) > MOST_MEMBERS:
        raise FamilyTooLarge(most=MOST_MEMBERS)


def check_agrees(link: FamilyLink, side: Side) -> None:
    """Each side agrees once, while the link is not ended."""
    if link.ended_at is not None:
        raise LinkEnded
    agreed = link.parent_agreed_at if side is Side.PARENT else link.subsidiary_agreed_at
    if agreed is not None:
        raise AgreedAlready


def check_ends(link: FamilyLink) -> None:
    """What is over does not end again."""
    if link.ended_at is not None:
        raise LinkEnded


def state_for(link: FamilyLink, side: Side) -> LinkState:
    """Where a link stands, as one of the two companies reads it."""
    if link.ended_at is not None:
        return LinkState.ENDED
    if link.holds:
        return LinkState.HOLDS
    own = link.parent_agreed_at if side is Side.PARENT else link.subsidiary_agreed_at
    return LinkState.WAITS_FOR_US if own is None else LinkState.WAITS_FOR_THEM


def descendants(links: Iterable[FamilyLink], account_id: int) -> dict[int, int]:
    """The companies below one, with how many levels below; only by links that hold."""
    found = _below({link.subsidiary_id: link.parent_id for link in links if link.holds}, account_id)
    return {each: level for each, level in found.items() if level > 0}


def _above(parent_of: Mapping[int, int], account_id: int) -> list[int]:
    """A company and those above it, up to the head of the family."""
    chain = [account_id]
    while (parent := parent_of.get(chain[-1])) is not None and parent not in chain:
        chain.append(parent)
    return chain


def _below(parent_of: Mapping[int, int], account_id: int) -> dict[int, int]:
    """A company and those below it, with how many levels below."""
    children: dict[int, list[int]] = {}
    for child, parent in parent_of.items():
        children.setdefault(parent, []).append(child)
    found, row = {account_id: 0}, [account_id]
    while row:
        row = [child for each in row for child in children.get(each, ()) if child not in found]
        found |= dict.fromkeys(row, max(found.values()) + 1)
    return found

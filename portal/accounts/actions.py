"""Writes on companies' identity: their people and their cards."""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts import queries, rules
from portal.accounts.models import Account, AccountCode, AccountDomain, Card
from portal.audit import actions as audit
from portal.database import db
from portal.hotel import queries as hotel
from portal.people import actions as people
from portal.people import queries as people_queries
from portal.people.invitations import actions as invitations
from portal.people.models import Role
from portal.people.roles import actions as roles
from portal.people.roles.rules import Place, RoleHeldAlready
from portal.web.folding import search_key
from portal.web.registries import Erased


@dataclass(frozen=True, slots=True)
class UnclaimedCompany:
    """A company that so far only a hotel system knows, by a code of its own."""

    source: str
    code: str
    name: str
    country: str = ""
    tax_number: str | None = None
    is_demo: bool = False


class HasCard(Exception):
    """The traveller has a card of this company that is not blocked; block it before issuing another."""

    def __init__(self, card: Card) -> None:
        super().__init__(card.number)
        self.card = card


class CardOfOthers(Exception):
    """The token belongs to another company's card: nothing is found under it."""


def add_traveller(
    *, account_id: int, token: uuid.UUID, name: str, locale: str, by: int, at: datetime
) -> Card:
    """Add a traveller who needs no sign-in, and give them a card; the same token adds them once.

    Raises `CardOfOthers` for a token of another company.
    """
    if (again := _issued(token, account_id=account_id)) is not None:
        return again
    person = people.register_person(name=name, email=None, locale=locale, by=by, at=at)
    roles.give_role(
        person_id=person.id, role=Role.TRAVELLER, place=Place(account_id=account_id), by=by, at=at
    )
    return issue_card(account_id=account_id, holder_id=person.id, token=token, by=by, at=at)


def change_roles(*, person_id: int, account_id: int, wanted: Iterable[str], by: int, at: datetime) -> None:
    """Make these the roles of a person in a company: new ones begin, others end.

    Raises `LastAdministrator` where nobody would be left to run the account.
    """
    held = {grant.role: grant for grant in queries.grants_in(account_id, person_id=person_id)}
    for role in sorted(set(wanted) - held.keys()):
        roles.give_role(person_id=person_id, role=role, place=Place(account_id=account_id), by=by, at=at)
    for role in sorted(held.keys() - set(wanted)):
        roles.end_role(grant=held[role], by=by, at=at)


def end_access(*, person_id: int, account_id: int, by: int, at: datetime) -> None:
    """A person leaves the company: roles and open invitations end, cards are blocked; history stays."""
    change_roles(person_id=person_id, account_id=account_id, wanted=(), by=by, at=at)
    person = people_queries.person(person_id)
    if person is not None and person.email is not None:
        invitations.withdraw_from_account(email=person.email, account_id=account_id, by=by, at=at)
    living = select(Card).where(
        Card.account_id == account_id, Card.holder_id == person_id, Card.blocked_at.is_(None)
    )
    for card in db.session.scalars(living).all():
        block_card(card=card, reason=rules.LEFT, by=by, at=at)


def close(*, account: Account, by: int | None, at: datetime) -> None:
    """Nobody acts for the company any more: roles, invitations and cards end; its history and points stay.

    It is unclaimed from now on, as it was before it joined: it may apply anew.
    """
    invitations.withdraw_from_account(email=None, account_id=account.id, by=by, at=at)
    living = select(Card).where(Card.account_id == account.id, Card.blocked_at.is_(None)).order_by(Card.id)
    for card in db.session.scalars(living).all():
        block_card(card=card, reason=rules.LEFT, by=by, at=at)
    ended = roles.end_roles_in_account(account_id=account.id, by=by, at=at)
    account.claimed_at = None
    audit.record(
        action="account.close",
        subject_kind="account",
        subject_id=account.public_id,
        details={"roles": ended},
        by=by,
        at=at,
    )


def issue_card(*, account_id: int, holder_id: int, token: uuid.UUID, by: int | None, at: datetime) -> Card:
    """Issue a card with a number of its own; the same token issues once.

    Raises `HasCard` where the holder has a living one, and `CardOfOthers` for a token of another company.
    """
    if (again := _issued(token, account_id=account_id)) is not None:
        return again
    living = select(Card).where(
        Card.account_id == account_id, Card.holder_id == holder_id, Card.blocked_at.is_(None)
    )
    if (card := db.session.scalar(living)) is not None:
        raise HasCard(card)
    card = Card(
        public_id=token, number=_free_number(), account_id=account_id, holder_id=holder_id, issued_at=at
    )
    db.session.add(card)
    audit.record(action="card.issue", subject_kind="card", subject_id=card.public_id, by=by, at=at)
    return card


def block_card(*, card: Card, reason: str, by: int | None, at: datetime) -> None:
    """Block a card, e.g. a lost one; blocking a blocked card changes nothing."""
    if card.blocked_at is not None:
        return
    card.blocked_at = at
    card.blocked_reason = reason
    audit.record(
        action="card.block",
        subject_kind="card",
        subject_id=card.public_id,
        by=by,
        at=at,
    )


def unblock_card(*, card: Card, by: int, at: datetime) -> None:
    """Take a block back: the card turned up. A card that is not blocked stays as it is.

    Raises `rules.BlockStands` after ten minutes, and `HasCard` where another was issued meanwhile.
    """
    # The company's row first, as whoever issues a card does.
    db.session.execute(select(Account.id).where(Account.id == card.account_id).with_for_update())
    if card.blocked_at is None:
        return
    if not rules.may_unblock(blocked_at=card.blocked_at, reason=card.blocked_reason, at=at):
        raise rules.BlockStands
    if (other := queries.living_card(account_id=card.account_id, holder_id=card.holder_id)) is not None:
        raise HasCard(other)
    card.blocked_at = card.blocked_reason = None
    audit.record(action="card.unblock", subject_kind="card", subject_id=card.public_id, by=by, at=at)


def erase_person(*, erased: Erased, at: datetime) -> None:
    """The cards of a person who is forgotten open nothing more; their numbers stay where they earned."""
    # A reason that was there before was told in somebody's own words.
    gone = {"blocked_at": func.coalesce(Card.blocked_at, at), "blocked_reason": rules.LEFT}
    statement = update(Card).where(Card.holder_id == erased.person_id).values(gone)
    db.session.execute(statement.execution_options(synchronize_session=False))


def _issued(token: uuid.UUID, *, account_id: int) -> Card | None:
    # The company's row first: of two equal forms sent at once the second finds what the first made.
    db.session.execute(select(Account.id).where(Account.id == account_id).with_for_update())
    card = db.session.scalar(select(Card).where(Card.public_id == token))
    if card is not None and card.account_id != account_id:
        raise CardOfOthers
    return card


def _free_number() -> str:
    # Numbers are drawn, not counted: one card must not tell the next one's number.
    while True:
        number = rules.card_number(1 + secrets.randbelow(10**rules.SERIAL_DIGITS - 1))
        if db.session.scalar(select(Card.id).where(Card.number == number)) is None:
            return number


def open_unclaimed_accounts(
    *, companies: Sequence[UnclaimedCompany], by: int | None, at: datetime
) -> dict[tuple[str, str], int]:
    """Open an account for each company, unclaimed: it earns, nobody acts for it. Ids by source and code."""
    today = clock.local_date(at, hotel.house_zone())
    accounts = [
        Account(
            public_id=uuid.uuid4(),
            name=company.name,
            search_key=search_key(company.name),
            country=company.country,
            tax_number=company.tax_number,
            opened_on=today,
            is_demo=company.is_demo,
            codes=[AccountCode(source=company.source, code=company.code)],
        )
        for company in companies
    ]
    db.session.add_all(accounts)
    db.session.flush()
    for account, company in zip(accounts, companies, strict=True):
        audit.record(
            action="account.open_unclaimed",
            subject_kind="account",
            subject_id=account.public_id,
            details={"source": company.source, "code": company.code},
            by=by,
            at=at,
        )
    return {
        (company.source, company.code): account.id
        for account, company in zip(accounts, companies, strict=True)
    }


def open_account(*, name: str, country: str, by: int, at: datetime) -> Account:
    """Open an account for a company of which no hotel system has told yet; somebody claims it next."""
    account = Account(
        public_id=uuid.uuid4(),
        name=name,
        search_key=search_key(name),
        country=country,
        opened_on=clock.local_date(at, hotel.house_zone()),
    )
    db.session.add(account)
    db.session.flush()
    _record_account("account.open", account, by=by, at=at)
    return account


def identify(
    *,
    account: Account,
    name: str,
    country: str,
    tax_number: str,
    domains: Iterable[str],
    by: int,
    at: datetime,
) -> None:
    """Take over what a company says of itself: its legal name, tax number and the domains of its e-mail.

    A domain that is another company's already stays with that one.
    """
    before = (account.name, account.country, account.tax_number)
    account.name, account.country, account.tax_number = name, country, tax_number
    account.search_key = search_key(name)
    account.is_demo = account.is_demo and before[0] == name
    _add_domains(account, domains, at=at)
    db.session.flush()
    after = (account.name, account.country, account.tax_number)
    changed = [
        field
        for field, old, new in zip(("name", "country", "tax_number"), before, after, strict=True)
        if old != new
    ]
    if changed:
        audit.record(
            action="account.identify", subject_kind="account", subject_id=account.public_id,
            details={"changed": changed}, by=by, at=at,
        )  # fmt: skip


def _add_domains(account: Account, domains: Iterable[str], *, at: datetime) -> None:
    wanted = sorted(set(domains))
    known = set(db.session.scalars(select(AccountDomain.domain).where(AccountDomain.domain.in_(wanted))))
    for domain in wanted:
        if domain in known:
            continue
        # Another company with the same domain may be taken in at this very moment: it stays with that one.
        with suppress(IntegrityError), db.session.begin_nested():
            db.session.add(AccountDomain(account_id=account.id, domain=domain, added_at=at))


def claim(
    *, account: Account, administrator_id: int, manager_id: int | None, by: int | None, at: datetime
) -> None:
    """A real company takes its account over: somebody runs it from now on; claiming again changes nothing.

    A manager of the hotel who is named replaces the one before. Raises `PersonHasLeft`.
    """
    if account.claimed_at is None:
        account.claimed_at = at
        _record_account("account.claim", account, by=by, at=at)
    if manager_id is not None and manager_id != account.manager_id:
        account.manager_id = manager_id
        _record_account("account.change_manager", account, by=by, at=at)
    with suppress(RoleHeldAlready):
        roles.give_role(
            person_id=administrator_id,
            role=Role.ACCOUNT_ADMINISTRATOR,
            place=Place(account_id=account.id),
            by=by,
            at=at,
        )


def _record_account(action: str, account: Account, *, by: int | None, at: datetime) -> None:
    audit.record(action=action, subject_kind="account", subject_id=account.public_id, by=by, at=at)


def add_code(*, account: Account, source: str, code: str, by: int, at: datetime) -> None:
    """Let a hotel system's name for a company mean this account from now on."""
    db.session.add(AccountCode(account_id=account.id, source=source, code=code))
    db.session.flush()
    audit.record(
        action="account.add_code",
        subject_kind="account",
        subject_id=account.public_id,
        details={"source": source, "code": code},
        by=by,
        at=at,
    )

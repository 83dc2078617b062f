"""`flask accounts`, `flask ledger` and `flask programme`: what operators and auditors ask."""

import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import Any, TextIO

import click
from flask.cli import AppGroup

from portal import clock
from portal.accounts import actions as claims
from portal.accounts import queries as identity
from portal.database import snapshot, transaction
from portal.hotel import queries as hotel
from portal.outbox import emails as outbox
from portal.people import actions as people
from portal.people import queries as people_queries
from portal.people.models import Role
from portal.people.passwords import actions as passwords
from portal.people.roles import queries as roles
from portal.people.roles.rules import WHOLE_GROUP
from portal.programme import words
from portal.programme.books import queries as books
from portal.programme.books.rules import Checked
from portal.programme.copies import queries as copies
from portal.programme.copies import rules as copy_rules
from portal.programme.copies import words as copy_words
from portal.programme.months import actions as months
from portal.programme.months import words as month_words
from portal.programme.notices import actions as notices
from portal.programme.opening import cli as opening_cli
from portal.programme.overview import queries as overview
from portal.programme.recount import queries as recount
from portal.programme.recount.queries import BrokenClose
from portal.programme.rules import Refusal
from portal.programme.seals import actions as seals
from portal.programme.timeline import queries as timeline

accounts = AppGroup("accounts", help="Companies: what they slept, where they stand, what they have.")
ledger = AppGroup("ledger", help="The points: check the chains, add everything up again, seal.")
programme = AppGroup("programme", help="The programme's calendar.")
programme.add_command(opening_cli.opening)
COMMANDS = (accounts, ledger, programme)

COPY = click.File(encoding="utf-8")
DAY = click.DateTime(["%Y-%m-%d"])
ACCOUNTS_AT_ONCE = 50


@accounts.command("show")
@click.argument("company")
@click.option("--source", required=True, help="The hotel system that calls the company so.")
@click.option("--as-of", type=DAY, help="A day: past as it was recorded then, ahead as it will be.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show_account(company: str, *, source: str, as_of: datetime | None, as_json: bool) -> None:
    """Show the account that a hotel system calls COMPANY."""
    account_id = overview.account_with_code(source=source, code=company)
    if account_id is None:
        raise click.ClickException(f"{source} has told of no company {company}.")
    found = overview.overview(account_id, as_of=as_of.date() if as_of else None)
    facts: dict[str, Any] = {
        "company": company,
        "source": source,
        "account": str(found.public_id),
        "name": found.name,
        "as_of": found.as_of.isoformat(),
        **asdict(found.totals),
        "tier": found.tier,
        "points": asdict(found.balance),
    }
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2) if as_json else _as_lines(facts))


@accounts.command("claim")
@click.argument("company")
@click.option("--source", required=True, help="The hotel system that calls the company so.")
@click.option("--administrator", "address", required=True, metavar="E-MAIL", help="Who runs the account.")
@click.option("--name", required=True, help="Their full name.")
@click.option("--manager", metavar="E-MAIL", help="The hotel's account manager for the company.")
@click.option("--locale", type=click.Choice(["en", "ru"]), default="en", show_default=True)
def claim_account(
    company: str, *, source: str, address: str, name: str, manager: str | None, locale: str
) -> None:
    """Hand the account of COMPANY to its first administrator and print the link to their password.

    The link works once, for an hour; run the command again for a new one.
    """
    at = clock.now()
    with transaction():
        account = identity.account_by_code(source=source, code=company)
        if account is None:
            raise click.ClickException(f"{source} has told of no company {company}.")
        manager_id = _account_manager(manager) if manager else None
        person = people_queries.person_by_address(address) or people.register_person(
            name=name, email=address, locale=locale, by=None, at=at
        )
        if person.left_at is not None:
            raise click.ClickException(f"{address} has left; open their access again first.")
        claims.claim(account=account, administrator_id=person.id, manager_id=manager_id, by=None, at=at)
        token = passwords.send_link(person_id=person.id, at=at)
    click.echo(outbox.link("passwords.choose", token=token))


@ledger.command("verify")
@click.option("--seal", "known", multiple=True, metavar="NUMBER:HASH", help="A seal you wrote down earlier.")
@click.option("--file", "copy", type=COPY, help="Check a copy, without the database; - reads what is piped.")
def verify_ledger(known: tuple[str, ...], copy: TextIO | None) -> None:
    """Check every chain against itself, its head and the seals. Names the first broken entry of each."""
    checked, broken_close = _verify(_known_seals(known), copy)
    for broken in checked.broken:
        who = f"{broken.name} ({broken.account})" if broken.name else broken.account
        click.echo(f"{who}, entry {broken.seq}: {words.BREAKS[broken.why]}", err=True)
    if checked.broken_seal is not None:
        seal = checked.broken_seal
        click.echo(f"Seal {seal.number}: {words.SEAL_BREAKS[seal.why]}", err=True)
    if broken_close is not None:
        click.echo(f"Month {broken_close.month:%Y-%m}: {month_words.BREAKS[broken_close.why]}", err=True)
    if checked.broken or checked.broken_seal or broken_close:
        sys.exit(1)
    click.echo(f"{checked.entries} entries of {checked.accounts} accounts hold.")
    if copy is not None:
        click.echo("A copy tells nothing of closed months: flask ledger verify checks those, too.")


@ledger.command("export")
@click.argument("target", type=click.File("w", encoding="utf-8", lazy=False), default="-")
def export_ledger(target: TextIO) -> None:
    """Write a copy of the whole ledger for `verify --file`: one JSON document a line, and no names."""
    with snapshot():
        target.writelines(copies.lines(at=clock.now()))


@ledger.command("reconcile")
def reconcile_ledger() -> None:
    """Add balances, lots, holds, standings and months up again; report each difference, repair nothing."""
    with snapshot():
        found = list(books.disagreements())
        months_found = list(recount.disagreements())
    for each in found:
        difference = each.difference
        click.echo(
            f"{each.name} ({each.account}), {difference.of}: kept {difference.stored},"
            f" adds up to {difference.added_up}",
            err=True,
        )
    for one in months_found:
        difference = one.difference
        click.echo(
            f"{one.name or 'The group'}, {difference.of}: rolled up {difference.stored},"
            f" adds up to {difference.added_up}",
            err=True,
        )
    if found or months_found:
        sys.exit(1)
    click.echo("Everything adds up.")


@ledger.command("roll-up")
def roll_up_ledger() -> None:
    """Add up what was posted since the last time and close the months that are due, as the worker does."""
    rolled = months.roll_up(at=clock.now(), by=None, chunk=_chunk)
    closed = ", ".join(f"{month:%Y-%m}" for month in rolled.closed) or "none"
    click.echo(f"{rolled.accounts} accounts read; months closed: {closed}.")


@ledger.command("seal")
def seal_ledger() -> None:
    """Seal the heads of all chains that have grown. Write the hash down where nobody here can change it."""
    with transaction():
        seal = seals.seal_heads(at=clock.now())
    click.echo(f"{seal.number}:{seal.hash}" if seal else "Nothing has moved since the last seal.")


@programme.command("advance")
@click.option("--to", "to", type=DAY, help="The day to play up to; today where not given.")
def advance(to: datetime | None) -> None:
    """Play every account up to a day: activations, expiries, reviews, and stays not played yet."""
    at = clock.now()
    today = clock.local_date(at, hotel.house_zone())
    until = to.date() if to else today
    if until > today:
        raise click.ClickException(f"{until} lies ahead. Nothing is played beyond today, {today}.")
    frozen = hotel.demo_as_of()
    if frozen is not None and until > frozen:
        raise click.ClickException(f"The demo's calendar stands still at {frozen}.")
    done, last_id = 0, 0
    while some := timeline.accounts_behind(day=until, after_id=last_id, limit=ACCOUNTS_AT_ONCE):
        done, last_id = done + len(some), some[-1]
        with transaction():
            notices.advance_accounts(account_ids=some, until=until, at=at)
    click.echo(f"{done} accounts played up to {until}.")


def _chunk(_done: int) -> AbstractContextManager[None]:
    return transaction()


def _verify(known_seals: Mapping[int, str], copy: TextIO | None) -> tuple[Checked, BrokenClose | None]:
    if copy is None:
        with snapshot():
            return books.verify(known_seals=known_seals), recount.broken_close()
    try:
        return copy_rules.verify(copy=copy, known_seals=known_seals), None
    except Refusal as refusal:
        raise click.ClickException(str(copy_words.REFUSALS[type(refusal)]) % refusal.values) from None


def _account_manager(address: str) -> int:
    person = people_queries.person_by_address(address)
    if person is None or not roles.holds_role(person.id, Role.ACCOUNT_MANAGER, WHOLE_GROUP):
        raise click.ClickException(f"{address} is no account manager of the hotel.")
    return person.id


def _known_seals(texts: Iterable[str]) -> dict[int, str]:
    known = {}
    for text in texts:
        number, colon, digest = text.partition(":")
        if not colon or not number.isdecimal():
            raise click.BadParameter("write a seal as NUMBER:HASH", param_hint="--seal")
        known[int(number)] = digest
    return known


def _as_lines(facts: Mapping[str, Any]) -> str:
    flat = {name: value for name, value in facts.items() if name != "points"}
    flat |= {f"points {state}": points for state, points in facts["points"].items()}
    width = max(map(len, flat))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in flat.items())

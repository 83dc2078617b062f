"""`flask reports`: documents from the command line, the same as from the page."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.accounts import queries as accounts
from portal.database import snapshot, transaction
from portal.documents.rendering import DocumentRefused
from portal.insight.relationship import actions, queries, rules
from portal.programme.overview import queries as overview

commands = AppGroup("reports", help="Documents to hand over.")
DAY = click.DateTime(["%Y-%m-%d"])


@commands.command("relationship")
@click.argument("company")
@click.option("--source", required=True, help="The hotel system that calls the company so.")
@click.option("--lang", type=click.Choice(["en", "ru"]), default="en", show_default=True)
@click.option("--edition", type=click.Choice(rules.EDITIONS), default=rules.CLIENT, show_default=True)
@click.option("--as-of", type=DAY, help="A day; without it the one that was rolled up last.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def relationship(
    company: str, *, source: str, lang: str, edition: str, as_of: datetime | None, output: Path
) -> None:
    """Print the report of the relationship with COMPANY as PDF."""
    account_id = overview.account_with_code(source=source, code=company)
    account = accounts.account(account_id) if account_id is not None else None
    if account is None:
        raise click.ClickException(f"{source} has told of no company {company}.")
    with snapshot():
        whole = queries.whole(account, as_of=as_of.date() if as_of else None)
        try:
            content = actions.print_report(whole, edition=edition, locale=lang)
        except DocumentRefused as refusal:
            raise click.ClickException(f"The report could not be printed: {refusal}") from refusal
    output.write_bytes(content)
    click.echo(f"{output}: {len(content):,} bytes, as of {whole.client.as_of}")


@commands.command("roll-up")
@click.option("--as-of", type=DAY, help="A day; without it today, or the day of a frozen demo.")
def roll_up(as_of: datetime | None) -> None:
    """Measure every relationship anew, as the worker does each hour."""
    today = queries.today()
    day = as_of.date() if as_of else today
    if day > today:
        raise click.ClickException(f"{day} is still to come: today is {today}.")
    measured = queries.everybody(as_of=day)
    try:
        with transaction():
            moved = actions.keep_profiles(measured=measured, as_of=day, at=clock.now())
    except rules.DayHasPassed as refusal:
        raise click.ClickException(f"{refusal} Nothing was changed.") from refusal
    click.echo(f"{len(measured)} relationships as of {day}; {moved} reached another stage.")


COMMANDS = (commands,)

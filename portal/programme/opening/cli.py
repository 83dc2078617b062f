"""`flask programme opening`: the same for operators, still by two people."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from portal import clock
from portal.database import transaction
from portal.people import queries as people
from portal.people.models import Role
from portal.people.roles import queries as roles
from portal.people.roles.rules import WHOLE_GROUP
from portal.programme.opening import actions, queries, words
from portal.programme.opening.models import OpeningImport, OpeningOutcome
from portal.programme.rules import Refusal
from portal.programme.tiers import words as names
from portal.stays.files.rules import FileRefused

ROWS_SHOWN = 50


@click.command("opening")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "address", required=True, metavar="E-MAIL", help="The loyalty manager who does it.")
@click.option("--accept", is_flag=True, help="Take over a file that another person has previewed.")
@with_appcontext
def opening(path: Path, *, address: str, accept: bool) -> None:
    """Show what becomes of each row of a file of opening balances, or take it over."""
    at, by_id = clock.now(), _loyalty_manager(address)
    try:
        with transaction(), path.open("rb") as file:
            if accept:
                before = queries.import_by_digest(actions.digest_of(file))
                if before is None:
                    raise click.ClickException("Nobody has previewed this file yet.")
                shown = actions.accept(public_id=before.public_id, by_id=by_id, at=at)
            else:
                shown = actions.preview(file=file, filename=path.name, by_id=by_id, at=at)
            _print(shown)
    except FileRefused as refusal:
        raise click.ClickException(words.file_refused(refusal)) from None
    except Refusal as refusal:
        raise click.ClickException(str(words.REFUSALS[type(refusal)])) from None


def _print(shown: OpeningImport) -> None:
    tiers = names.today()
    click.echo(words.equation(shown.counts))
    for outcome in (OpeningOutcome.HELD, OpeningOutcome.REJECTED):
        for row in queries.rows(shown.id, outcome=outcome, limit=ROWS_SHOWN).rows:
            click.echo(f"  row {row.row_no}: {words.reason(row, tiers)}")
    click.echo(words.effect(shown.counts))
    click.echo(words.state(shown)[1] + ".")


def _loyalty_manager(address: str) -> int:
    person = people.person_by_address(address)
    if person is None or not roles.holds_role(person.id, Role.LOYALTY_MANAGER, WHOLE_GROUP):
        raise click.ClickException(f"{address} is no loyalty manager of the hotel.")
    return person.id

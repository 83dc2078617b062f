"""`flask stays import`: the same import for operators."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from portal import clock
from portal.database import transaction
from portal.stays.files import rules as files
from portal.stays.files import words as file_words
from portal.stays.files.rules import FileRefused
from portal.stays.imports import actions, words
from portal.stays.imports.rules import ADAPTERS, ImportRefusal
from portal.stays.models import Outcome
from portal.stays.rows import words as row_words

commands = AppGroup("stays", help="Stays as the hotels' systems tell of them.")


@commands.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", type=click.Choice(sorted(ADAPTERS)), required=True, help="How the file is read.")
@click.option("--companies-only", is_flag=True, help="Rows without a company are out of scope.")
@click.option("--accept", is_flag=True, help="Accept at once; without it only a preview is printed.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day up to which the programme is played; today where not given.",
)
def import_stays(
    path: Path, source: str, *, companies_only: bool, accept: bool, as_of: datetime | None
) -> None:
    """Read a .csv or .csv.gz file of stays, and say what becomes of each row."""
    at = clock.now()
    try:
        import_id, counts = _preview(
            path,
            source=source,
            companies_only=companies_only,
            as_of=as_of.date() if as_of else None,
            at=at,
        )
    except FileRefused as refusal:
        raise click.ClickException(file_words.refusal(refusal.code, refusal.values)) from None
    except ImportRefusal as refusal:
        raise click.ClickException(str(words.REFUSALS[type(refusal)])) from None
    with transaction():
        if accept:
            counts = actions.accept_import(import_id=import_id, by=None, at=at).counts
        else:
            actions.forget_import(import_id=import_id)
    _print(counts)
    click.echo("Accepted." if accept else "Preview only, nothing was changed. Add --accept to take it over.")


def _preview(path: Path, *, at: datetime, **facts: Any) -> tuple[int, dict[str, Any]]:
    with path.open("rb") as file:
        found = files.survey(file)
        with transaction():
            offered = actions.offer_import(filename=path.name, digest=found.digest, by=None, at=at, **facts)
        try:
            reading = actions.read_file(import_id=offered.id, file=file, found=found, chunk=_chunk)
        except BaseException:
            # Interrupted or refused: as if it had not been.
            with transaction():
                actions.forget_import(import_id=offered.id)
            raise
    with transaction():
        return offered.id, actions.close_preview(reading=reading, at=at).counts


@contextmanager
def _chunk(*, done: int, total: int | None) -> Iterator[None]:
    with transaction():
        yield
    if sys.stderr.isatty():
        click.echo(f"\r{done:,} of {total or 0:,}", nl=False, err=True)


def _print(counts: Mapping[str, Any]) -> None:
    click.echo(words.equation(counts))
    for outcome in Outcome:
        for reason, number in counts["reasons"][outcome.value].items():
            click.echo(f"  {outcome.value:13} {reason:20} {number:>9,}")
    for remark, number in counts["remarks"].items():
        click.echo(f"  reported: {row_words.REMARKS[remark]} ({number:,})")
    for status, number in counts["stays"].items():
        click.echo(f"  stays: {status:22} {number:>9,}")
    click.echo("; ".join(words.effects(counts)) + ".")


COMMANDS = (commands,)

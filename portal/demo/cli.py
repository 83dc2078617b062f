"""`flask demo load`: the invented group on real bookings."""

import click
from flask import current_app
from flask.cli import AppGroup

from portal import clock
from portal.demo import load as demo
from portal.demo import people

commands = AppGroup("demo", help="The demo group: real bookings, invented names.")


@commands.command("load")
def load() -> None:
    """Load the demo group into an empty database (PORTAL_MODE=demo only)."""
    if not current_app.extensions["settings"].is_demo:
        raise click.ClickException("Set PORTAL_MODE=demo: its people have a known password.")
    try:
        as_of = demo.load(at=clock.now())
    except demo.NotEmpty:
        click.echo("The demo is loaded already.")
        return
    click.echo(f"Loaded, as of {as_of.isoformat()}.")


@commands.command("sign-ins")
def sign_ins() -> None:
    """Print whom the demo knows, and their password."""
    for one in people.sign_ins():
        click.echo(f"  {one.email:28} {one.name:22} {one.label}")
    click.echo(f"  password of all of them: {people.PASSWORD}")


COMMANDS = (commands,)

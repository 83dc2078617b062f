"""`flask people …`: how the first administrator comes in, when nobody is there yet to invite them."""

import click
from flask.cli import AppGroup

from portal import clock
from portal.database import transaction
from portal.outbox import emails as outbox
from portal.people import actions, queries, rules
from portal.people.models import Person, Role
from portal.people.passwords import actions as passwords
from portal.people.roles import actions as roles
from portal.people.roles.rules import WHOLE_GROUP, RoleHeldAlready

commands = AppGroup("people", help="People and their roles.")


@commands.command("add-administrator")
@click.argument("address")
@click.option("--name", required=True, help="Full name.")
@click.option("--locale", type=click.Choice(["en", "ru"]), default="en", show_default=True)
def add_administrator(address: str, name: str, locale: str) -> None:
    """Make somebody administrator of the group and print the link to their password.

    The link works once, for an hour; run the command again for a new one.
    """
    at = clock.now()
    with transaction():
        person = queries.person_by_address(address) or actions.register_person(
            name=name, email=address, locale=locale, by=None, at=at
        )
        token = _make_administrator(person)
    if token is None:
        raise click.ClickException(f"{address} has left; open their access again first.")
    click.echo(outbox.link("passwords.choose", token=token))


def _make_administrator(person: Person) -> str | None:
    at = clock.now()
    try:
        roles.give_role(person_id=person.id, role=Role.ADMINISTRATOR, place=WHOLE_GROUP, by=None, at=at)
    except RoleHeldAlready:
        pass
    except rules.PersonHasLeft:
        return None
    return passwords.send_link(person_id=person.id, at=at)


COMMANDS = (commands,)

"""The perks page: ready bundles with their price, what was booked before, and a bundle of one's own."""

from flask import Blueprint, render_template
from flask_babel import gettext as _

from portal import clock
from portal.accounts import access
from portal.clock import local_date
from portal.corporate.bookings import queries as bookings
from portal.corporate.budgets import queries as budgets
from portal.corporate.limits import words as limits
from portal.corporate.perks import queries, words
from portal.hotel import queries as hotel
from portal.programme import queries as programme
from portal.programme.ledger import queries as ledger
from portal.programme.standing import queries as standing
from portal.programme.tiers import words as names
from portal.web.gate import Visitor, allow, visitor
from portal.web.registries import NavigationLink

blueprint = Blueprint("perks", __name__, url_prefix="/corporate")


@blueprint.get("/perks")
@allow(access.books)
def perks() -> str:
    """What may be booked, at the company's own prices, and what is left to book it with."""
    account = access.acting_account(visitor())
    today, tier = local_date(clock.now(), hotel.house_zone()), standing.tier_of(account.id)
    in_force = programme.rules_in_force(today)
    return render_template(
        "corporate/perks/perks.html",
        account=account,
        tier=tier,
        tiers=names.under(in_force),
        level=in_force.tier(tier),
        steps=words.ladder_steps(in_force.bundle_ladder),
        meeting=in_force.combination.hall_and_bundle,
        tiles=queries.tiles(tier=tier, in_force=in_force, today=today),
        balance=ledger.balance_of(account.id),
        budgets=budgets.left_for(account.id, person_id=visitor().person_id or 0, day=today),
        scopes=limits.SCOPES,
        again=bookings.last_booked_by(visitor().person_id or 0, account_id=account.id),
    )


def navigation(asking: Visitor) -> list[NavigationLink]:
    """The booker's way to what may be booked."""
    if not access.books(asking):
        return []
    own = ("perks.", "orders.", "reservations.", "passes.", "closed_events.", "registrations.")
    return [NavigationLink("perks.perks", _("Perks"), 20, own)]


def home(asking: Visitor) -> str | None:
    """A booker begins here; who also runs the account begins with the company."""
    return "perks.perks" if access.books(asking) and not access.administers(asking) else None

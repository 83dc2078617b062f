"""Hostile requests over every form of the demo: no fault of ours, and nothing is changed by any of them.

A small size of what `bin/bench hostile` does ten thousand times, on both databases.
"""

import uuid
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from bench import hostile
from bench.poison import Shot
from bench.walk import Form, Windows
from portal.database import db, transaction
from portal.people.models import Person
from portal.web import gate

REQUESTS = 300
SEED = 5
UNSEEN = {
    "it undoes what was done a moment ago, and nobody of the demo has just done it": """
        admissions.undo board.undo breaches.undo cards.undo_loss concierge.offered desk.undo desk_passes.undo
        desk_payments.undo desk_souvenirs.take_back desk_souvenirs.undo desk_souvenirs.undo_gift
        handovers.undo passes.undo_revocation requests.undo diary.open_again souvenirs.offer
    """,
    "it is a second step, and nobody of the demo stands between the two": """
        addresses.confirm company.choose_account joining.confirm joining.password orders.price
        orders.price_change orders.quote event_plans.invitations event_plans.publication imports.accept
        imports.discard imports.settle_company opening.accept opening.discard liability.close_now
        survey.submit survey.opt_out survey.unsubscribe event_wishes.unsubscribe series.cancel_rest
        souvenirs.change
        souvenirs.show_picture cards.replace rosters.accept company_people.block_card roles.give_again
        roles.open_access series.carry_over
    """,
    "it answers what somebody of the demo has not asked": """
        applications.approve applications.ask applications.decline applications.forget
        bookings.end_by_hotel breaches.waive
        cases.note contests.decide contracts.decide contracts.decide_end contracts.end contracts.withdraw
        contracts.withdraw_end credits.decide credits.take_back credits.withdraw erasures.go_on
        erasures.take_back erasures.withdraw impact.approve impact.approve_all impact.strike_out
        publication.approve publication.ask_withdrawal publication.decide_withdrawal publication.hand_back
        reviews.hold
    """,
    "it mends what went wrong, and in the demo nothing did": """
        jobs.try_again outbox.send_again passes.send_again people.end_device people.end_other_devices
        statements.order_paper
    """,
}
"""Why no page of the demo shows a form; each is made up of its address and the room's forms instead."""


class TestHostileRequests:
    def test_change_nothing_and_meet_no_fault_of_ours(self, house):
        found = hostile.attack(house, requests=REQUESTS, seed=SEED, apart=False)

        assert found.faults == []
        named = set(" ".join(UNSEEN.values()).split())
        assert found.unseen - named == set()
        assert named | hostile.MAY_BE_TAKEN.keys() <= found.endpoints
        assert found.taken.keys() <= hostile.MAY_BE_TAKEN.keys()
        assert found.endpoints == {
            rule.endpoint for rule in house.app.url_map.iter_rules() if "POST" in rule.methods
        }
        # Refused at every depth: before anything is read, at the door, by the form, by the rules.
        assert {400, 403, 404, 422} <= found.answers.keys()

    def test_are_noticed_when_they_do_harm_and_what_they_did_is_made_good(self, house):
        found, made = hostile.Findings(), Shot(Form("anna", "x", "/x"), "anna", ["a wrong number"])
        judge = hostile.Judge(house, found)

        def write():
            with house.app.app_context(), transaction():
                db.session.execute(update(Person).values(theme="dark"))
            return SimpleNamespace(status_code=302)

        def stumble():
            raise ZeroDivisionError

        for send in (write, stumble):
            judge.look(made, send)
        judge.last_look()

        said = "/x by anna: a wrong number"
        assert found.faults == [f"person changed by 302 x {said}", f"ZeroDivisionError:  by x {said}"]

    @pytest.mark.parametrize("endpoint", ["reviews.hold", "souvenirs.offer"])
    def test_made_up_may_be_taken_only_where_it_is_said_why(self, house, monkeypatch, endpoint):
        @gate.allow(gate.anyone)
        def take(**_):
            with transaction():
                db.session.execute(update(Person).values(theme="dark"))
            return "taken"

        monkeypatch.setitem(house.app.view_functions, endpoint, take)
        made, found = (
            Shot(Form("anna", endpoint, "/x", is_made_up=True), "anna", ["junk"]),
            hostile.Findings(),
        )
        rule = next(house.app.url_map.iter_rules(endpoint))
        with house.app.test_request_context():
            path = rule.build({name: uuid.UUID(int=7) for name in rule.arguments})[1]
        token = hostile._token(house.app, house.sessions["anna"])
        judge, windows = hostile.Judge(house, found), Windows(house.app, house.sessions)

        judge.look(made, lambda: windows.open("anna", path, method="POST", headers={"X-CSRFToken": token}))
        judge.last_look()

        is_known = endpoint in hostile.MAY_BE_TAKEN
        assert found.taken == ({endpoint: 1} if is_known else {})
        assert found.faults == ([] if is_known else [f"person changed by 200 {made}"])

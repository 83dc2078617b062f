"""Hostile requests over every form of the demo: no fault of ours, and nothing is changed by any of them.

A small size of what `bin/bench hostile` does ten thousand times, on both databases.
"""

from types import SimpleNamespace

from sqlalchemy import update

from bench import hostile
from bench.poison import Shot
from bench.walk import Form
from portal.database import db, transaction
from portal.people.models import Person

REQUESTS = 300
SEED = 5


class TestHostileRequests:
    def test_change_nothing_and_meet_no_fault_of_ours(self, house):
        found = hostile.attack(house, requests=REQUESTS, seed=SEED, apart=False)

        assert found.faults == []
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

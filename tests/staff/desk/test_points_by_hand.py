"""Points by hand at the desk, for the company of the guest at hand."""

from sqlalchemy import select

from portal.database import db
from portal.programme.credits.models import CreditRequest
from portal.programme.ledger import queries as ledger

WHY = {"reason": "complaint", "words": "Two hours late.", "evidence": "Case 17"}


class TestPointsByHand:
    def test_come_at_once_within_the_limit_of_the_stay_and_wait_above_it(self, dario, scan, cast):
        dario.submit(scan(), "/desk/credits", points=400, reservation="R-7", **WHY)
        db.session.rollback()
        assert ledger.balance_of(cast.acme.id).active == 400

        answer = dario.submit(scan(), "/desk/credits", points=900, reservation="R-7", **WHY)

        assert "1 manager has to agree" in dario.get(answer.location).page.text
        db.session.rollback()
        asked = db.session.scalars(select(CreditRequest).where(CreditRequest.outcome.is_(None))).one()
        own = f"/programme/credits/{asked.public_id}"
        assert "Your word" not in dario.get(own).page.text
        dario.submit(dario.get(own).page, "/withdrawal")
        assert "Withdrawn" in dario.get(own).page.text

    def test_need_the_number_of_the_stay(self, dario, scan, cast):
        answer = dario.submit(scan(), "/desk/credits", points=400, reservation="", **WHY)

        assert "Enter the number of the reservation" in answer.page.text
        assert ledger.balance_of(cast.acme.id).active == 0

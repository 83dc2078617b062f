"""Writing letters."""

import threading
from datetime import timedelta

import pytest

from portal.database import db, is_postgresql, transaction
from portal.outbox import actions, queries
from portal.outbox.models import Letter, LetterKind
from portal.outbox.rules import ATTACHMENT_BYTES, AttachmentsTooLarge, ContactBudgetSpent, Policy
from tests.cast import NOW
from tests.races import race

MARKETING, SURVEY = LetterKind.MARKETING, LetterKind.SURVEY
NIGHT = NOW.replace(hour=22)


def letters():
    db.session.rollback()
    return db.session.query(Letter).order_by(Letter.id).all()


class TestWriteLetter:
    def test_renders_subject_text_and_html_at_once(self, write):
        letter = write(what="Two rooms")

        assert letter.subject == "Outbox: Two rooms"
        assert letter.text.startswith("Dear Bruno Silva,\n\nLETTER\n\nTwo rooms\n\nState: Two rooms\n")
        assert "- Survey: 10\n= Offer: 12\n\n- Two rooms\n" in letter.text
        assert "<h1" in letter.html
        assert "Two rooms</p>" in letter.html

    def test_speaks_the_recipients_language_whoever_writes(self, write):
        letter = write(locale="ru")

        assert letter.subject.startswith("Исходящие письма")
        assert letter.text.startswith("Здравствуйте, Bruno Silva!")
        assert '<html lang="ru">' in letter.html
        assert "Dear" not in letter.html

    def test_escapes_what_people_typed_in_the_html_and_nowhere_else(self, write):
        letter = write(what="<b>&", name="<Bruno>")

        assert "&lt;b&gt;&amp;" in letter.html
        assert "<b>" not in letter.html
        assert letter.subject == "Outbox: <b>&"
        assert "Dear <Bruno>," in letter.text

    def test_keeps_the_subject_on_one_line(self, write):
        letter = write(what="a\r\nBcc: everybody@acme.example")

        assert letter.subject == "Outbox: a Bcc: everybody@acme.example"

    def test_leads_to_our_own_address_whatever_the_request_said(self, app, write):
        with app.test_request_context("/", headers={"Host": "evil.example"}):
            letter = write()

        assert "http://127.0.0.1:8000/outbox?after=x%26y" in letter.text
        assert "evil.example" not in letter.html + letter.text

    def test_disappears_with_the_transaction_that_caused_it(self, write, app):
        def book():
            with transaction():
                actions.write_letter(
                    dedupe_key="booking",
                    kind=LetterKind.SERVICE,
                    template="test/letter",
                    to=actions.Recipient("bruno@acme.example", "Bruno", "en", "UTC"),
                    values={"what": "a booking"},
                    at=NOW,
                )
                raise ValueError("no seats")

        with pytest.raises(ValueError, match="no seats"):
            book()

        assert letters() == []

    def test_writes_once_for_one_key(self, write):
        first = write(dedupe_key="confirmed:1")

        second = write(dedupe_key="confirmed:1", what="changed meanwhile")

        assert second.public_id == first.public_id
        assert len(letters()) == 1

    @pytest.mark.race
    def test_writes_once_when_two_write_at_the_same_moment(self, app, write):
        found = race(app, *(lambda: write(dedupe_key="confirmed:1").public_id for _ in range(3)))

        assert len(set(found)) == 1
        assert len(letters()) == 1

    def test_refuses_attachments_that_no_mail_server_takes(self, write):
        most = actions.Attachment("list.csv", "text/csv", b"x" * ATTACHMENT_BYTES)
        one_more = actions.Attachment("one.csv", "text/csv", b"x")

        write(attachments=[most])
        with pytest.raises(AttachmentsTooLarge):
            write(attachments=[most, one_more])


class TestContactBudget:
    @pytest.fixture(autouse=True)
    def _policy(self, policy):
        pass

    def test_comes_with_the_migrations(self):
        assert queries.policy() == Policy(2, quiet_from_hour=20, quiet_to_hour=9, survey_every_days=60)

    def test_lets_two_offers_a_month_through_and_refuses_the_third(self, write):
        write(kind=MARKETING)
        write(kind=MARKETING)

        with pytest.raises(ContactBudgetSpent):
            write(kind=MARKETING)

        assert len(letters()) == 2

    def test_is_one_persons_however_the_address_is_typed(self, write):
        write(kind=MARKETING, address="Bruno@Acme.example")
        write(kind=MARKETING, address=" bruno@acme.EXAMPLE ")

        with pytest.raises(ContactBudgetSpent):
            write(kind=MARKETING)
        write(kind=MARKETING, address="anna@acme.example")

    def test_does_not_stop_service_letters(self, write):
        for _ in range(5):
            write()

        write(kind=MARKETING)
        write(kind=MARKETING)
        assert len(letters()) == 7

    def test_counts_a_letter_in_the_month_in_which_it_leaves(self, write):
        last_night_of_june = NOW.replace(day=30, hour=22)
        write(kind=MARKETING, at=last_night_of_june)
        write(kind=MARKETING, at=NOW.replace(month=7, day=2))

        with pytest.raises(ContactBudgetSpent):
            write(kind=MARKETING, at=NOW.replace(month=7, day=3))
        write(kind=MARKETING, at=NOW.replace(day=30))

    def test_does_not_count_a_letter_that_was_given_up(self, write, save):
        write(kind=MARKETING)
        given_up = write(kind=MARKETING)
        given_up.dead_at = NOW
        save(given_up)

        write(kind=MARKETING)

    def test_allows_one_survey_in_sixty_days(self, write):
        write(kind=SURVEY)

        with pytest.raises(ContactBudgetSpent):
            write(kind=SURVEY, at=NOW + timedelta(days=59))
        write(kind=SURVEY, at=NOW + timedelta(days=60))

    def test_holds_an_offer_until_the_quiet_hours_end_and_a_service_letter_not_at_all(self, write):
        offer = write(kind=MARKETING, at=NIGHT)
        service = write(at=NIGHT)

        assert offer.send_at == NOW.replace(day=16, hour=8)  # nine o'clock in Lisbon
        assert service.send_at == NIGHT

    @pytest.mark.race
    def test_gives_the_last_letter_of_the_month_to_one_of_two_senders(self, app, write):
        write(kind=MARKETING)

        found = race(app, lambda: write(kind=MARKETING), lambda: write(kind=MARKETING))

        assert sum(isinstance(each, ContactBudgetSpent) for each in found) == 1
        assert len(letters()) == 2

    @pytest.mark.race
    @pytest.mark.engines("postgresql")
    def test_would_be_overdrawn_without_its_lock(self, app, write, monkeypatch):
        # The proof that the race is real: both senders count before either writes.
        write(kind=MARKETING)
        both_counted = threading.Barrier(2, timeout=30)
        count = queries.sent_between

        def count_and_wait(**values):
            found = count(**values)
            both_counted.wait()
            return found

        monkeypatch.setattr(queries, "sent_between", count_and_wait)
        monkeypatch.setattr(actions, "_lock_budget", lambda _key: None)

        race(app, lambda: write(kind=MARKETING), lambda: write(kind=MARKETING))

        assert is_postgresql()
        assert len(letters()) == 3


class TestWithdraw:
    def withdraw(self, public_id, *, at=NOW):
        with transaction():
            return actions.withdraw(public_id=public_id, at=at)

    def test_takes_back_what_has_not_left_as_if_it_had_not_been_written(self, write):
        letter = write().public_id

        assert self.withdraw(letter)
        assert not self.withdraw(letter)

        assert letters() == []

    def test_leaves_what_a_worker_holds_or_has_sent(self, write):
        letter = write().public_id
        with transaction():
            claim, _letter = actions.claim(worker="one", at=NOW, lease_s=300)

        assert not self.withdraw(letter, at=NOW + timedelta(seconds=299))
        with transaction():
            actions.note_sent(claim=claim, is_kept=True, at=NOW)
        assert not self.withdraw(letter, at=NOW + timedelta(days=1))
        assert len(letters()) == 1

    def test_takes_back_what_was_given_up(self, write):
        letter = write().public_id
        with transaction():
            claim, _letter = actions.claim(worker="one", at=NOW, lease_s=300)
            actions.note_failed(claim=claim, error="550 no such person", send_at=None, at=NOW)

        assert self.withdraw(letter)

        assert letters() == []

    def test_frees_the_contact_budget(self, write):
        self.withdraw(write(kind=SURVEY).public_id)

        assert write(kind=SURVEY).send_at == NOW

"""A link, answered: kept at each question, sent once, whatever comes twice, late or out of order."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.surveys.answers import queries
from portal.surveys.answers.models import Answer, Compliment
from portal.surveys.invitations import rules as links
from portal.surveys.invitations.models import Invitation
from portal.surveys.questionnaires.models import QuestionnaireVersion
from portal.surveys.submissions import actions, views
from tests.races import race
from tests.statements import count_statements
from tests.surveys.conftest import ASKED, answer, answer_all, invitation


def kept():
    db.session.rollback()
    return {one.question: one for one in db.session.scalars(select(Answer))}


class TestLooking:
    @pytest.mark.parametrize("method", ["get", "head"])
    def test_changes_nothing_however_often_a_mail_scanner_does(self, client, ask, method):
        token = ask()
        before = invitation().begun_at
        for path in ("", "?step=3", "?step=99", "?step=-1", "?step=x", "/opt-out", "/unsubscribe"):
            assert getattr(client, method)(f"/survey/{token}{path}").status_code in {200, 302}

        assert invitation().begun_at is before is None
        assert kept() == {}

    def test_needs_no_sign_in_and_says_who_reads_it(self, client, ask):
        page = client.get(f"/survey/{ask()}").page

        assert page.h1 == "Would you come to us again?"
        assert "Question 1 of 5" in page.text
        assert "the manager of the hotel if something went wrong" in page.text
        assert "Whoever you thank and their manager read your thanks" in page.text
        assert "Your company sees figures only" in page.text

    def test_asks_in_the_guests_language_until_they_choose_another(self, cast, client, ask):
        cast.tamara.locale = "ru"
        db.session.commit()
        token = ask()

        assert client.get(f"/survey/{token}").page.h1 == "Приедете ли вы к нам снова?"
        client.set_cookie("locale", "en")
        assert client.get(f"/survey/{token}").page.h1 == "Would you come to us again?"

    def test_of_an_unknown_link_tells_nothing(self, client, cast):
        assert client.get("/survey/guessed-by-somebody").status_code == 404

    def test_costs_the_same_whatever_was_answered(self, client, ask):
        token = ask()
        with count_statements() as empty:
            client.get(f"/survey/{token}")
        answer_all_but_sending(client, token)
        with count_statements() as full:
            client.get(f"/survey/{token}?step=6")

        assert len(full) == len(empty) <= 8


def answer_all_but_sending(client, token):
    for code, value in (("come_again", "5"), ("recommend", "9"), ("services", "taxi"), ("words", "Fine.")):
        answer(client, token, code, value)


class TestAnswering:
    def test_keeps_each_answer_at_once_and_goes_on(self, client, ask):
        token = ask()
        page = client.get(f"/survey/{token}").page

        moved = client.submit(page, "answers/come_again", answer="4")

        assert moved.location.endswith("step=2")
        assert kept()["come_again"].number == 4
        assert client.get(f"/survey/{token}").page.h1.startswith("How likely")

    def test_goes_back_and_keeps_what_was_typed(self, client, ask):
        token = ask()
        page = client.get(f"/survey/{token}?step=4").page

        moved = client.submit(page, "answers/words", answer="The lift was", back="1")

        assert moved.location.endswith("step=3")
        assert kept()["words"].words == "The lift was"
        page = client.get(f"/survey/{token}?step=2").page
        assert client.submit(page, "answers/recommend", back="1").location.endswith("step=1")

    def test_wrongly_in_the_moment_in_which_the_link_closes_is_no_fault(
        self, client, ask, clock, monkeypatch
    ):
        """The refusal is a moment old when the page is drawn; the link may have closed between."""
        token = ask()
        moments = iter([ASKED, ASKED + timedelta(days=21)])
        monkeypatch.setattr(views.clock, "now", lambda: next(moments, ASKED + timedelta(days=21)))

        assert answer(client, token, "come_again", "6").status_code == 422

    def test_may_be_changed_until_it_is_sent(self, client, ask):
        token = ask()
        answer(client, token, "come_again", "4")
        answer(client, token, "come_again", "2")

        assert kept()["come_again"].number == 2
        assert "checked" in client.get(f"/survey/{token}?step=1").text

    def test_in_any_order_is_kept(self, client, ask):
        token = ask()
        answer(client, token, "words", "The lift was slow.")
        answer(client, token, "recommend", "7")
        answer(client, token, "come_again", "4")

        assert client.post(f"/survey/{token}/submission").status_code == 302
        assert set(kept()) == {"words", "recommend", "come_again"}

    @pytest.mark.parametrize(
        ("code", "values"),
        [
            ("come_again", []), ("come_again", ["0"]), ("come_again", ["6"]), ("come_again", ["x"]),
            ("come_again", ["1", "2"]), ("come_again", ["٣"]), ("come_again", ["9" * 100]),
            ("come_again", ["0010"]), ("recommend", ["11"]), ("recommend", ["-1"]), ("services", ["a villa"]),
            ("thanks", ["somebody else"]), ("words", ["x" * 2001]),
        ],
    )  # fmt: skip
    def test_with_what_is_no_answer_says_so_and_keeps_nothing(self, client, ask, code, values):
        token = ask()

        refused = answer(client, token, code, *values)

        assert refused.status_code == 422
        assert refused.page.title.startswith("Error:")
        assert kept() == {}

    def test_of_a_question_that_is_not_asked_is_not_found(self, client, ask):
        assert answer(client, ask(), "salary", "1").status_code == 404

    def test_keeps_two_thousand_characters_and_line_ends(self, client, ask):
        token = ask()
        answer(client, token, "words", "one\r\ntwo " + "x" * 1990)

        assert kept()["words"].words.startswith("one\ntwo")

    def test_shows_hostile_words_as_words(self, client, ask):
        token = ask()
        answer(client, token, "words", "<script>alert(1)</script> =HYPERLINK(1)")

        shown = client.get(f"/survey/{token}?step=6")

        assert "&lt;script&gt;" in shown.text


class TestSending:
    def test_needs_both_scores(self, client, ask):
        token = ask()
        answer(client, token, "come_again", "4")

        sent = client.post(f"/survey/{token}/submission")

        assert sent.location.endswith("step=2")
        assert invitation().submitted_at is None

    def test_is_thanked_for_and_told_when(self, client, ask):
        token = ask()

        answer_all(client, token)

        page = client.get(f"/survey/{token}").page
        assert page.h1 == "Your answer is with us"
        assert invitation().submitted_at == ASKED
        own = select(AuditEntry.action).where(AuditEntry.subject_id == str(invitation().public_id))
        assert db.session.scalars(own.order_by(AuditEntry.id)).all() == ["survey.schedule", "survey.submit"]

    def test_passes_the_thanks_on_to_whom_they_were_meant_for(self, cast, client, ask):
        token = ask()
        answer(client, token, "words", "Reception was rude.")
        page = client.get(f"/survey/{token}?step=5").page
        client.submit(
            page,
            "answers/thanks",
            answer=str(cast.dario.public_id),
            words="He ran after us with the umbrella.",
        )
        assert "He ran after us with the umbrella." in client.get(f"/survey/{token}?step=5").text
        answer_all(client, token)

        [thanks] = queries.compliments_to(cast.dario.id)
        assert thanks.words == "He ran after us with the umbrella."
        assert thanks.invitation.account.name == "Acme Logistics"

    def test_passes_on_no_words_that_were_not_meant_for_them(self, cast, client, ask):
        token = ask()
        answer(client, token, "words", "Reception was rude, Dario saved it.")
        answer(client, token, "thanks", str(cast.dario.public_id))
        answer_all(client, token)

        [thanks] = queries.compliments_to(cast.dario.id)
        assert thanks.words == ""

    def test_of_words_to_nobody_asks_whom_they_are_for(self, cast, client, ask):
        token = ask()
        data = {"words": "He ran after us."}

        refused = client.post(f"/survey/{token}/answers/thanks", data=data)

        assert refused.status_code == 422
        assert "Choose whom your words are for" in refused.page.text
        assert "He ran after us." in refused.text
        too_long = {"answer": str(cast.dario.public_id), "words": "x" * 501}
        assert client.post(f"/survey/{token}/answers/thanks", data=too_long).status_code == 422
        assert kept() == {}

    def test_of_an_older_version_asks_for_no_words_to_them(self, cast, client, ask):
        token = ask()
        found = invitation()
        found.version_id = db.session.scalar(
            select(QuestionnaireVersion.id).where(QuestionnaireVersion.number == 1)
        )
        db.session.commit()
        data = {"answer": str(cast.dario.public_id), "words": "Smuggled in."}

        assert client.post(f"/survey/{token}/answers/thanks", data=data).status_code == 302

        assert kept()["thanks"].words == ""
        assert "A word to them" not in client.get(f"/survey/{token}?step=5").page.text

    def test_twice_is_once(self, client, ask):
        token = ask()
        answer_all(client, token)

        again = client.post(f"/survey/{token}/submission")

        assert again.status_code == 302
        assert db.session.scalar(select(func.count(Compliment.id))) == 0
        assert invitation().submitted_at == ASKED

    def test_closes_the_link_for_later_answers(self, client, ask, clock):
        token = ask()
        answer_all(client, token, come_again=5)
        clock.advance(minutes=1)

        late = answer(client, token, "come_again", "1")

        assert late.status_code == 409
        assert "Nothing was added or changed now" in late.page.text
        assert kept()["come_again"].number == 5

    def test_gives_back_the_words_that_came_too_late(self, cast, client, ask):
        token = ask()
        answer(client, token, "words", "The lift was slow.")
        answer_all(client, token)
        thanks = {"answer": str(cast.dario.public_id), "words": "He <ran> after us."}

        late = answer(client, token, "words", "And the soup\nwas cold.")
        thanked = client.post(f"/survey/{token}/answers/thanks", data=thanks)
        arrived = answer(client, token, "words", "The lift was slow.")

        assert (late.status_code, thanked.status_code, arrived.status_code) == (409, 409, 409)
        assert "Your words were not sent. Here they are, to copy:" in late.page.text
        assert "And the soup\nwas cold." in late.text
        assert "He &lt;ran&gt; after us." in thanked.text
        assert "were not sent" not in arrived.page.text

    @pytest.mark.parametrize(("code", "field"), [("words", "answer"), ("thanks", "words")])
    def test_gives_back_the_words_when_the_term_is_over(self, client, ask, clock, code, field):
        token = ask()
        clock.set(ASKED + timedelta(days=21))

        late = client.post(f"/survey/{token}/answers/{code}", data={field: "The lift was slow."})
        number = answer(client, token, "come_again", "4")

        assert (late.status_code, number.status_code) == (410, 410)
        assert "Here they are, to copy: The lift was slow." in " ".join(late.page.text.split())
        assert "to copy" not in number.page.text

    @pytest.mark.parametrize(("days", "status"), [(20, 302), (21, 410)])
    def test_ends_with_the_term_of_the_link(self, client, ask, clock, days, status):
        token = ask()
        answer(client, token, "come_again", "4")
        answer(client, token, "recommend", "9")
        clock.set(ASKED + timedelta(days=days))

        sent = client.post(f"/survey/{token}/submission")

        assert sent.status_code == status
        assert (invitation().submitted_at is None) is (status == 410)
        assert kept()["come_again"].number == 4  # nothing that was answered is lost

    def test_tells_after_its_term_what_happened(self, client, ask, clock):
        token = ask()
        clock.set(ASKED + timedelta(days=21))

        closed = client.get(f"/survey/{token}")

        assert closed.status_code == 410
        assert "three weeks" in closed.page.text


@pytest.mark.race
class TestTwoPhonesAtOnce:
    def send(self, token):
        def go():
            with transaction():
                return actions.submit(token=token, at=ASKED)

        return go

    def keep(self, token, code, value):
        def go():
            with transaction():
                return actions.keep(token=token, code=code, values=[value], at=ASKED)

        return go

    def test_send_one_answer(self, app, client, cast, ask):
        token = ask()
        answer(client, token, "come_again", "4")
        answer(client, token, "recommend", "9")
        answer(client, token, "thanks", str(cast.dario.public_id))

        results = race(app, *[self.send(token) for _ in range(6)])

        assert sum(isinstance(one, Invitation) for one in results) == 1
        assert sum(isinstance(one, links.SubmittedAlready) for one in results) == 5
        assert db.session.scalar(select(func.count(Compliment.id))) == 1

    def test_lose_no_answer_to_different_questions(self, app, client, ask):
        token = ask()

        race(
            app,
            self.keep(token, "come_again", "4"),
            self.keep(token, "recommend", "9"),
            self.keep(token, "words", "from one"),
            self.keep(token, "services", "taxi"),
        )

        assert set(kept()) == {"come_again", "recommend", "words", "services"}

    def test_of_the_same_question_keep_one_answer(self, app, client, ask):
        token = ask()

        race(app, *[self.keep(token, "come_again", str(number)) for number in range(1, 6)])

        assert kept()["come_again"].number in range(1, 6)

    def test_keep_before_the_sending_or_are_refused(self, app, client, ask):
        token = ask()
        answer(client, token, "come_again", "4")
        answer(client, token, "recommend", "9")

        sent, added = race(app, self.send(token), self.keep(token, "words", "also this"))

        assert isinstance(sent, Invitation)
        was_kept = "words" in kept()
        assert was_kept is not isinstance(added, links.SubmittedAlready)

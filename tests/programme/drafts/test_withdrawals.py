"""Withdrawing a version: by two people, before it begins, once, and for good."""

import uuid
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.hotel.models import Property
from portal.programme import queries as programme
from portal.programme.drafts import queries as draft_queries
from portal.programme.drafts.models import ProgrammeDraft
from portal.programme.models import ProgrammeVersion, VersionWithdrawal
from portal.programme.publication import rules as publication
from portal.programme.rules import default_rules, in_force
from portal.programme.withdrawals import actions, queries, rules
from tests.cast import NOW
from tests.programme.drafts.test_publication import AFTER_NOTICE, made, publish, submit
from tests.races import race

LATER = AFTER_NOTICE + timedelta(days=31)


@pytest.fixture
def coming(cast):
    """Version 2, published and to come."""
    draft = made(cast, lot_months=23)
    submit(draft, cast)
    return publish(draft, cast.gleb)


def follow(cast, **fields):
    draft = made(cast, name="Later", **{"lot_months": 22, "effective_from": LATER} | fields)
    submit(draft, cast)
    return publish(draft, cast.gleb)


def ask(by, *, number=2, token=None, reason="A wrong number.", at=NOW):
    with transaction():
        return actions.ask(token=token or uuid.uuid4(), number=number, reason=reason, by_id=by.id, at=at)


def say(by, *, number=2, agrees=True, words="", at=NOW):
    with transaction():
        return actions.decide(number=number, agrees=agrees, words=words, by_id=by.id, at=at)


class TestAWithdrawnVersion:
    def test_is_read_by_no_rules_and_stays_as_it_was(self, cast, coming):
        kept = dict(coming.rules)
        ask(cast.lidia)
        assert [one.version for one in programme.all_rules()] == [1, 2]

        say(cast.gleb)

        assert programme.all_rules() == [default_rules()]
        assert in_force(programme.all_rules(), AFTER_NOTICE).version == 1
        assert [one.version for one in programme.published_rules()] == [1, 2]
        assert db.session.get_one(ProgrammeVersion, coming.id).rules == kept
        done = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert done[-2:] == ["programme.ask_withdrawal", "programme.withdraw"]

    def test_leaves_its_day_to_another_and_its_number_to_nobody(self, cast, coming):
        ask(cast.lidia)
        say(cast.gleb)

        again = follow(cast, effective_from=AFTER_NOTICE)

        assert (again.number, again.rules["version"]) == (3, 3)
        assert [one.version for one in programme.all_rules()] == [1, 3]

    def test_is_not_withdrawn_twice(self, cast, coming):
        ask(cast.lidia)
        say(cast.gleb)

        with pytest.raises(rules.VersionGone):
            ask(cast.lidia)

    def test_is_settled_for_good_says_the_database_too(self, cast, coming):
        wish = ask(cast.lidia)
        say(cast.gleb)

        for change in ("SET outcome = 'declined'", "SET reason = 'x'"):
            with pytest.raises(DBAPIError):
                db.session.execute(text(f"UPDATE programme_withdrawal {change} WHERE id = {wish.id}"))
            db.session.rollback()


class TestTheDay:
    def test_is_that_of_one_version_says_the_database_too(self, cast, coming):
        def second():
            row = ProgrammeVersion(number=9, effective_from=AFTER_NOTICE, published_at=NOW)
            row.rules = coming.rules | {"version": 9}
            db.session.add(row)
            db.session.flush()

        with pytest.raises(DBAPIError):
            second()
        db.session.rollback()
        ask(cast.lidia)
        say(cast.gleb)
        second()
        db.session.rollback()


class TestAsking:
    def test_is_for_the_last_version_that_has_not_begun(self, cast, coming):
        with pytest.raises(rules.VersionBegun):
            ask(cast.lidia, number=1)
        follow(cast)
        with pytest.raises(rules.VersionFollowed) as refused:
            ask(cast.lidia)
        assert refused.value.values == {"version": 3}
        ask(cast.lidia, number=3)
        say(cast.gleb, number=3)

        ask(cast.lidia)
        say(cast.gleb)

        assert programme.all_rules() == [default_rules()]

    def test_is_over_once_the_version_has_begun_at_the_hotel_farthest_east(self, cast, coming, save):
        begins = datetime.combine(AFTER_NOTICE, datetime.min.time(), tzinfo=UTC)
        ask(cast.lidia)
        name = {"en": "Far", "ru": "Даль"}
        save(
            Property(
                public_id=uuid.uuid4(), code="AKL", name=name, city=name, zone="Pacific/Auckland",
                currency="NZD", phone="",
            )
        )  # fmt: skip

        with pytest.raises(rules.VersionBegun):
            say(cast.gleb, at=begins - timedelta(hours=12))
        assert programme.all_rules()[-1].version == 2
        say(cast.gleb, at=begins - timedelta(hours=12, minutes=1))

    def test_waits_once_and_is_asked_once_by_one_form(self, cast, coming):
        token = uuid.uuid4()
        assert ask(cast.lidia, token=token).id == ask(cast.lidia, token=token).id
        with pytest.raises(rules.WithdrawalFormTaken):
            ask(cast.lidia, token=token, reason="Another.")
        with pytest.raises(rules.WithdrawalWaits):
            ask(cast.lidia)


class TestAnothersWord:
    def test_is_not_given_by_whoever_asked(self, cast, coming):
        wish = ask(cast.lidia)
        with pytest.raises(rules.OwnWithdrawal):
            say(cast.lidia)

        change = update(VersionWithdrawal).where(VersionWithdrawal.id == wish.id)
        with pytest.raises(IntegrityError):
            db.session.execute(change.values(outcome="agreed", settled_at=NOW, settled_by_id=cast.lidia.id))
        db.session.rollback()

    def test_may_keep_the_version_and_whoever_asked_may_take_it_back(self, cast, coming):
        ask(cast.lidia)
        say(cast.gleb, agrees=False, words="It is right.")
        with pytest.raises(rules.WithdrawalSettled):
            say(cast.gleb)
        ask(cast.lidia)
        say(cast.lidia, agrees=False)

        outcomes = [wish.outcome for wish in queries.withdrawals_of(coming.id)]
        assert outcomes == ["declined", "taken_back"]
        assert programme.all_rules()[-1].version == 2

    def test_is_in_the_export_of_whoever_gave_it(self, cast, coming):
        ask(cast.lidia)
        say(cast.gleb)

        [given] = queries.personal_data(cast.gleb.id)
        assert (given["version"], given["settled_by_me"], given["outcome"]) == (2, True, "agreed")


@pytest.mark.race
class TestTwoAtOnce:
    def test_do_not_settle_one_wish_differently(self, app, cast, coming):
        ask(cast.lidia)
        people = [SimpleNamespace(id=each.id) for each in (cast.gleb, cast.lidia)]
        db.session.commit()

        results = race(app, lambda: say(people[0]), lambda: say(people[1], agrees=False))

        names = sorted(type(each).__name__ for each in results)
        assert names in (
            ["VersionGone", "VersionWithdrawal"],
            ["VersionWithdrawal", "WithdrawalSettled"],
        )

    def test_do_not_withdraw_what_another_publishes_upon(self, app, cast, coming):
        ask(cast.lidia)
        draft = made(cast, name="Later", lot_months=22, effective_from=LATER)
        submit(draft, cast)
        gleb, draft_id = SimpleNamespace(id=cast.gleb.id), draft.id
        db.session.commit()

        race(app, lambda: say(gleb), lambda: publish_again(draft_id, gleb))

        db.session.expire_all()
        numbers = [one.version for one in programme.all_rules()]
        # Whoever comes second sees what the first has done.
        assert numbers in ([1, 2, 3], [1, 3])
        if numbers == [1, 2, 3]:
            assert queries.waiting_for(coming.id) is not None


def publish_again(draft_id, by):
    draft = db.session.get_one(ProgrammeDraft, draft_id)
    return publish(draft, by)


class TestThePages:
    def test_lead_from_the_wish_to_the_withdrawn_version(self, client_as, cast, coming):
        lidia, gleb, anna = client_as(cast.lidia), client_as(cast.gleb), client_as(cast.anna)
        address = "/programme/versions/2"
        assert "Withdraw this version" not in client_as(cast.oskar).get(address).page.text
        refused = lidia.submit(lidia.get(address).page, "/withdrawal", reason=" ")
        assert (refused.status_code, "Say why it shall not begin." in refused.page.text) == (422, True)
        lidia.submit(refused.page, "/withdrawal", reason="A wrong number.")
        own = lidia.get(address).page
        assert "Take the wish back" in own.text
        assert "Withdraw the version" not in own.text
        assert "Asked for by Lidia Sokolova: A wrong number." in gleb.get("/inbox").page.text
        assert "New from: 15 July 2026" in anna.get("/programme/rules").page.text

        gleb.submit(gleb.get(address).page, "/decision", answer="yes", words="Indeed.")

        told = lidia.get(address).page.text
        assert "nothing was ever counted under it" in told
        assert "Version withdrawn: Gleb Orlov" in told
        assert "version withdrawn" in lidia.get("/programme/versions").page.text
        public = anna.get("/programme/rules").page.text
        assert "New from: 15 July 2026" not in public
        assert "Version 2 was announced and has been withdrawn" in public
        assert "A wrong number." not in public

    def test_lead_from_a_withdrawn_version_to_a_draft_of_it(self, client_as, cast, coming):
        ask(cast.lidia)
        say(cast.gleb)
        lidia, address = client_as(cast.lidia), "/programme/versions/2"
        assert "Begin a draft from it" not in client_as(cast.oskar).get(address).page.text

        start = next(link for link in lidia.get(address).page.links if "start=" in link)
        begin = lidia.get(start).page
        lidia.submit(begin, "/programme/drafts", name="Again")

        assert "Version 2, which was withdrawn" in begin.text
        assert draft_queries.drafts().rows[0].based_on == 2
        assert draft_queries.rules_of(draft_queries.drafts().rows[0]).lot_months == 23

    def test_say_why_it_cannot_be(self, client_as, cast, coming):
        lidia = client_as(cast.lidia)
        page = lidia.get("/programme/versions/2").page
        follow(cast)
        assert "Withdraw this version" not in lidia.get("/programme/versions/2").page.text

        answer = lidia.submit(page, "/withdrawal", reason="A wrong number.")

        assert answer.status_code == 422
        assert "Version 3 was made upon this one." in answer.page.text
        assert (
            client_as(cast.lidia).get("/programme/versions/1").page.text.count("Withdraw this version") == 0
        )


def test_the_day_of_a_published_draft_is_checked_against_living_versions_only(cast, coming):
    ask(cast.lidia)
    say(cast.gleb)
    draft = made(cast, lot_months=23, effective_from=AFTER_NOTICE - timedelta(days=1))

    with pytest.raises(publication.TooSoon) as refused:
        submit(draft, cast)
    assert refused.value.values["earliest_date"] == date.isoformat(AFTER_NOTICE)

"""The live card: a code of half a minute, and a page that never keeps one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import card_number
from portal.corporate.presence import rules
from portal.corporate.presence.rules import (
    LiveCodeLapsed,
    MistypedLiveCode,
    NotALiveCode,
    PresenceMissing,
    Shown,
)
from tests.cast import NOW, issue

KEY = "a key that only the house has"
NUMBER = card_number(704_311_87)
SERIALS = st.integers(1, 10**11 - 1)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- hypothesis adds the zone
HALF_MINUTE = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def code_at(at, number=NUMBER, key=KEY):
    return rules.live_code(number, key=key, at=at)


class TestLiveCode:
    def test_is_twenty_digits_that_begin_with_the_number(self):
        code = code_at(HALF_MINUTE)

        assert (len(code.digits), code.digits[:12]) == (20, NUMBER)
        assert code.ends_at == HALF_MINUTE + timedelta(seconds=30)

    # Golden: RFC 6238 over SHA-256 with a secret of our own making.
    def test_is_the_same_wherever_it_is_computed(self):
        assert code_at(HALF_MINUTE).digits[12:] == code_at(HALF_MINUTE + timedelta(seconds=29)).digits[12:]
        assert code_at(HALF_MINUTE).digits != code_at(HALF_MINUTE + timedelta(seconds=30)).digits

    @pytest.mark.parametrize(
        ("after_s", "holds"), [(0, True), (29, True), (30, True), (59, True), (60, False)]
    )
    def test_holds_for_its_half_minute_and_the_next(self, after_s, holds):
        code, at = code_at(HALF_MINUTE).digits, HALF_MINUTE + timedelta(seconds=after_s)

        if holds:
            assert rules.counter_of(code, key=KEY, at=at) == int(HALF_MINUTE.timestamp()) // 30
        else:
            with pytest.raises(LiveCodeLapsed):
                rules.counter_of(code, key=KEY, at=at)

    def test_of_the_half_minute_to_come_is_refused(self):
        with pytest.raises(LiveCodeLapsed):
            rules.counter_of(code_at(HALF_MINUTE).digits, key=KEY, at=HALF_MINUTE - timedelta(seconds=1))

    @pytest.mark.parametrize("other", [{"key": "another house"}, {"number": card_number(5)}])
    def test_is_that_of_one_card_and_one_house(self, other):
        made = code_at(HALF_MINUTE, **other).digits
        forged = NUMBER + made[12:]

        with pytest.raises((LiveCodeLapsed, MistypedLiveCode)):
            rules.counter_of(rules.read_live_code(forged), key=KEY, at=HALF_MINUTE)

    @given(SERIALS, INSTANTS)
    def test_reads_back_from_an_address_and_in_groups(self, serial, at):
        code = code_at(at, card_number(serial)).digits
        grouped = " ".join(code[n : n + 4] for n in range(0, 20, 4))

        assert rules.read_live_code(f"https://rapport.example/c/{code}") == code
        assert rules.read_live_code(grouped) == code
        assert rules.number_of(code) == card_number(serial)
        assert rules.counter_of(code, key=KEY, at=at) == int(at.timestamp()) // 30

    @given(SERIALS, INSTANTS, st.integers(0, 19), st.integers(1, 9))
    def test_with_one_digit_wrong_is_noticed(self, serial, at, place, by):
        code = code_at(at, card_number(serial)).digits
        wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]

        with pytest.raises(MistypedLiveCode):
            rules.read_live_code(wrong)

    @pytest.mark.parametrize("text", ["", "Tamara", NUMBER, NUMBER + "1" * 9])
    def test_is_nothing_else(self, text):
        with pytest.raises(NotALiveCode):
            rules.read_live_code(text)


class TestShown:
    SHOWN = Shown(NUMBER, 59_383_800, 1, HALF_MINUTE)

    def test_comes_back_as_it_was_sealed(self):
        assert rules.unseal(rules.seal(self.SHOWN, key=KEY), key=KEY) == self.SHOWN

    def test_that_another_sealed_is_refused(self):
        with pytest.raises(LiveCodeLapsed):
            rules.unseal(rules.seal(self.SHOWN, key="another house"), key=KEY)

    @pytest.mark.parametrize(
        ("property_id", "after", "counts"),
        [
            (1, timedelta(), True),
            (1, timedelta(minutes=10), True),
            (1, timedelta(minutes=10, seconds=1), False),
            (1, -timedelta(seconds=1), False),
            (2, timedelta(), False),
        ],
    )
    def test_counts_ten_minutes_at_the_desk_that_scanned_it(self, property_id, after, counts):
        if counts:
            rules.check_shown(self.SHOWN, property_id=property_id, at=HALF_MINUTE + after)
        else:
            with pytest.raises(LiveCodeLapsed):
                rules.check_shown(self.SHOWN, property_id=property_id, at=HALF_MINUTE + after)

    @pytest.mark.parametrize("said", [None, "", "a nice face"])
    def test_takes_a_document_of_a_kind_we_know_in_its_place(self, said):
        assert rules.check_document("passport") == "passport"
        with pytest.raises(PresenceMissing):
            rules.check_document(said)


class TestPages:
    def test_show_the_code_of_this_half_minute_only_where_it_is_asked_for(self, app, cast, client_as):
        tamara = client_as(cast.tamara)

        card, live = tamara.get("/corporate/card"), tamara.get("/corporate/card/live")

        assert 'data-live-url="/corporate/card/live"' in card.page.html
        assert "Recognises only" in card.page.text
        assert "data-live-s=" not in card.page.html
        assert 'data-live-s="30"' in live.page.html
        assert (live.headers["Refresh"], live.headers["Cache-Control"]) == ("30", "no-store")

    def test_have_no_live_code_for_somebody_without_a_card(self, cast, client_as):
        assert client_as(cast.bruno).get("/corporate/card/live").status_code == 404

    def test_lead_whoever_scans_with_a_phone_to_a_word_of_explanation(self, app, cast, client, client_as):
        code = rules.live_code(cast.tamaras_card.number, key=app.config["SECRET_KEY"], at=NOW).digits

        assert client.get(f"/c/{code}").page.h1 == "A frequent-guest card"
        assert client_as(cast.dario).get(f"/c/{code}").location == f"/desk?q={code}"
        assert client.get(f"/c/{code[:-1]}{(int(code[-1]) + 1) % 10}").status_code == 404


class TestLoss:
    def lose(self, browser, card):
        """Report it lost, and read the toast, which has an undo of its own."""
        browser.submit(browser.get("/corporate/card").page, f"/{card.public_id}/loss")
        assert "The card is blocked." in browser.get("/corporate/card").page.text

    def test_blocks_the_card_at_once_and_says_where_it_went(self, cast, client_as):
        tamara = client_as(cast.tamara)

        self.lose(tamara, cast.tamaras_card)

        page = tamara.get("/corporate/card").page
        assert cast.tamaras_card.blocked_reason == "lost"
        assert "Your card is blocked" in page.text
        assert tamara.get("/corporate/card/live").status_code == 404

    @pytest.mark.parametrize(
        ("after", "works"), [(timedelta(minutes=10), True), (timedelta(minutes=11), False)]
    )
    def test_is_undone_within_ten_minutes(self, cast, client_as, clock, after, works):
        tamara = client_as(cast.tamara)
        self.lose(tamara, cast.tamaras_card)
        page = tamara.get("/corporate/card").page
        clock.set(NOW + after)

        tamara.submit(page, "/loss/undo")

        assert (cast.tamaras_card.blocked_at is None) == works
        said = tamara.get("/corporate/card").page
        assert ("The card works again." in said.text) == works
        assert bool([form for form in said.forms if form.action.endswith("/loss/undo")]) is False

    def test_gives_a_card_with_another_number_once(self, cast, client_as):
        tamara = client_as(cast.tamara)
        self.lose(tamara, cast.tamaras_card)
        page = tamara.get("/corporate/card").page

        for _ in range(2):
            tamara.submit(page, "/replacement")

        shown = tamara.get("/corporate/card").page
        assert "The new card already works" in shown.text
        assert "0007 0431 1870" not in shown.text
        tamara.submit(page, "/loss/undo")
        assert "There is a newer card already" in tamara.get("/corporate/card").page.text

    def test_of_a_colleagues_card_is_for_the_administrator_alone(self, cast, client_as):
        address = f"/corporate/cards/{cast.tamaras_card.public_id}/loss"
        anna, bruno, carla = (client_as(each) for each in (cast.anna, cast.bruno, cast.carla))

        assert bruno.post(address).status_code == 403
        assert carla.post(address).status_code == 404
        page = anna.get(f"/corporate/people/{cast.tamara.public_id}").page
        assert anna.submit(page, "/loss").location == f"/corporate/people/{cast.tamara.public_id}"

        assert "The card is blocked." in anna.get(f"/corporate/people/{cast.tamara.public_id}").page.text
        page = anna.get(f"/corporate/people/{cast.tamara.public_id}").page
        assert "reported lost" in page.text
        anna.submit(page, "/loss/undo")
        assert cast.tamaras_card.blocked_at is None

    def test_of_a_card_that_works_is_not_replaced(self, cast, client_as, save):
        save(issue(cast.bruno, cast.acme, serial=5))
        tamara = client_as(cast.tamara)
        page = tamara.get("/corporate/card").page
        fields = dict(page.form("/loss").fields) | {"token": "6f1c2b9e-0c0e-4d5f-9a61-3f6b2f9b7a10"}

        tamara.post(f"/corporate/cards/{cast.tamaras_card.public_id}/replacement", data=fields)

        assert "Report it lost first" in tamara.get("/corporate/card").page.text

"""What a scan box understands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.rules import card_number
from portal.staff.scans import rules
from portal.staff.scans.rules import Kind, Scan, read_scan

CARD = card_number(70_431_187)


class TestReadScan:
    @pytest.mark.parametrize(
        ("text", "scan"),
        [
            (CARD, Scan(Kind.CARD, CARD)),
            (f" {CARD[:4]} {CARD[4:8]}-{CARD[8:]} ", Scan(Kind.CARD, CARD)),
            (f"https://rapport.example/c/7/{CARD}", Scan(Kind.CARD, CARD)),
            ("412", Scan(Kind.ROOM, "412")),
            ("00412", Scan(Kind.ROOM, "00412")),
            ("412000", Scan(Kind.NAME, "412000")),
            ("Studio 54", Scan(Kind.NAME, "Studio 54")),
            ("Белова", Scan(Kind.NAME, "Белова")),
            ("", Scan(Kind.NAME, "")),
        ],
    )
    def test_tells_what_it_is(self, text, scan):
        assert read_scan(text) == scan

    @given(serial=st.integers(1, 10**11 - 1), place=st.integers(0, 11), by=st.integers(1, 9))
    def test_takes_no_card_with_one_digit_wrong_for_anything(self, serial, place, by):
        number = card_number(serial)
        wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]

        with pytest.raises(rules.Mistyped) as refused:
            read_scan(wrong)

        assert (refused.value.kind, refused.value.digits) == (Kind.CARD, wrong)

    @given(text=st.text(max_size=60))
    def test_takes_any_other_text_as_a_room_or_a_name(self, text):
        if len(rules.last_digits(text)) in rules.READERS:
            return

        assert read_scan(text).text == text.strip()

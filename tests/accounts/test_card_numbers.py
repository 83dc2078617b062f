"""Card numbers: what a scanner, a thumb and a telephone do to them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts import rules

serials = st.integers(min_value=1, max_value=10**rules.SERIAL_DIGITS - 1)


class TestCardNumber:
    @given(serials)
    def test_has_twelve_digits_and_reads_back(self, serial: int) -> None:
        number = rules.card_number(serial)

        assert len(number) == rules.NUMBER_DIGITS
        assert rules.read_card(number) == number

    @pytest.mark.parametrize("serial", [0, -1, 10**rules.SERIAL_DIGITS])
    def test_refuses_a_serial_that_does_not_fit(self, serial: int) -> None:
        with pytest.raises(ValueError, match="11 digits"):
            rules.card_number(serial)


class TestReadCard:
    @given(serials, st.integers(0, rules.NUMBER_DIGITS - 1), st.integers(1, 9))
    def test_catches_every_single_wrong_digit(self, serial: int, place: int, shift: int) -> None:
        number = rules.card_number(serial)
        wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]

        with pytest.raises(rules.MistypedCard):
            rules.read_card(wrong)

    @given(serials, st.integers(0, rules.NUMBER_DIGITS - 2))
    def test_catches_every_swap_of_neighbours(self, serial: int, place: int) -> None:
        number = rules.card_number(serial)
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        if swapped == number:
            return

        with pytest.raises(rules.MistypedCard):
            rules.read_card(swapped)

    @pytest.mark.parametrize(
        "written",
        [
            "{n}",
            " {n}\n",
            "{a} {b} {c}",
            "{a}-{b}-{c}",
            "https://rapport.example/c/{n}",
            "http://x:8000/c/{n}/",
        ],
    )
    def test_reads_digits_groups_and_addresses(self, written: str) -> None:
        number = rules.card_number(70_431_187)
        text = written.format(n=number, a=number[:4], b=number[4:8], c=number[8:])

        assert rules.read_card(text) == number

    @pytest.mark.parametrize(
        "text", ["", "Соколова", "412", "1234567890123", "М70431187", "https://rapport.example/c/"]
    )
    def test_says_when_it_is_not_a_card_at_all(self, text: str) -> None:
        with pytest.raises(rules.NotACard):
            rules.read_card(text)

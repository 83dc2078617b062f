"""Tax numbers: real ones pass as they stand on invoices, a wrong digit does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.taxpayers.rules import TaxNumberWrong, read_tax_number

REAL = [
    # country, as written, as kept, checked by: numbers that their companies print themselves
    ("RU", "7707083893", "7707083893", "ru.inn"),  # Sberbank
    ("RU", "7736 050 003", "7736050003", "ru.inn"),  # Gazprom
    ("DE", "DE 129 273 398", "129273398", "de.vat"),  # Siemens
    ("PT", "PT 500 697 256", "500697256", "pt.nif"),  # EDP
    ("ES", "A-28015865", "A28015865", "es.nif"),  # Telefónica
    ("FR", "FR 40 303 265 045", "40303265045", "fr.tva"),
    ("FR", "552 120 222", "552120222", "fr.siren"),  # Société Générale
    ("IT", "IT 00905811006", "00905811006", "it.iva"),  # Eni
    ("GB", "GB 220 4302 31", "220430231", "gb.vat"),  # Tesco
    ("NL", "NL 004495445B01", "004495445B01", "nl.btw"),
    ("PL", "PL 774-00-01-454", "7740001454", "pl.nip"),  # Orlen
    ("CH", "CHE-107.787.577 IVA", "CHE107787577IVA", "ch.vat"),
    ("BE", "BE 0403 019 261", "0403019261", "be.vat"),
    ("US", "91-1144442", "911144442", "us.ein"),  # Microsoft
]


class TestATaxNumber:
    @pytest.mark.parametrize(("country", "written", "kept", "rule"), REAL)
    def test_is_read_as_its_country_writes_it(self, country, written, kept, rule):
        number = read_tax_number(written, country=country)

        assert (number.number, number.checked_by) == (kept, rule)

    @given(place=st.integers(0, 8), other=st.integers(1, 9), pick=st.sampled_from(("DE", "FR")))
    def test_with_one_digit_changed_is_refused_where_the_check_digit_sees_all(self, place, other, pick):
        # ISO 7064 (Germany) and Luhn (a French SIREN) notice every single digit; a remainder of 11 that is
        # squeezed into ten digits, as in Russia and Portugal, cannot.
        right = {"DE": "129273398", "FR": "552120222"}[pick]
        wrong = right[:place] + str((int(right[place]) + other) % 10) + right[place + 1 :]

        with pytest.raises(TaxNumberWrong):
            read_tax_number(wrong, country=pick)

    def test_of_a_country_without_rules_is_kept_as_typed(self):
        number = read_tax_number(" 123-456 789 ab ", country="KZ")

        assert (number.number, number.checked_by) == ("123456789AB", "")
        for nonsense in ("", "---", "abc", "not a number", "9" * 31):
            with pytest.raises(TaxNumberWrong):
                read_tax_number(nonsense, country="KZ")

    @given(st.text(max_size=60), st.sampled_from(("RU", "DE", "PT", "ES", "US", "KZ", "ZZ", "")))
    def test_is_read_or_refused_whatever_is_typed(self, typed, country):
        try:
            number = read_tax_number(typed, country=country)
        except TaxNumberWrong:
            return
        assert number.number

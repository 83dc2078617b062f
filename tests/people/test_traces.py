"""A name and an address in running text, and the text without them."""

import pytest

from portal.people.traces.rules import spellings_of_address, spellings_of_name, without


class TestWithout:
    SPELT = (*spellings_of_name("Anna Belova"), *spellings_of_address("anna@acme.example"))

    @pytest.mark.parametrize(
        ("said", "left"),
        [
            ("For Anna Belova, at nine", "For X, at nine"),
            ("BELOVA/ANNA and Belova, Anna", "X and X"),
            ("belova anna", "X"),
            ("Anna Belovaya, Joanna Belova", "Anna Belovaya, Joanna Belova"),
            ("write to Anna@Acme.example.", "write to X."),
            (
                "joanna.anna@acme.example, anna@acme.example.org",
                "joanna.anna@acme.example, anna@acme.example.org",
            ),
            ("Anna alone, Belova alone", "Anna alone, Belova alone"),
        ],
    )
    def test_takes_the_whole_name_and_nobody_elses(self, said, left):
        assert without(said, spelt=self.SPELT, instead="X") == left

    def test_reaches_into_documents(self):
        said = {"for": ["Anna Belova", 3, None], "words": {"en": "anna belova!"}}

        assert without(said, spelt=self.SPELT, instead="X") == {"for": ["X", 3, None], "words": {"en": "X!"}}

    def test_takes_a_name_of_one_word_as_a_word(self):
        assert without("Li, Lin and li", spelt=spellings_of_name("Li"), instead="X") == "X, Lin and X"

    def test_knows_a_name_in_any_alphabet(self):
        spelt = spellings_of_name("Анна Цветкова")

        assert without("tsvetkova anna · ЦВЕТКОВА АННА", spelt=spelt, instead="X") == "X · X"

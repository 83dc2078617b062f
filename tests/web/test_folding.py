"""A name is found in whatever alphabet and on whatever keyboard layout it is typed."""

import pytest

from portal.web.folding import fold, query_forms, search_key


def is_found(query, name):
    return any(form in search_key(name) for form in query_forms(query))


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "name"),
        [
            ("belova", "Тамара Белова"),
            ("белова", "Tamara Belova"),
            ("Цветкова", "Anna Tsvetkova"),
            (",tkjdf", "Тамара Белова"),
            ("<tkjdf", "Tamara Belova"),
            ("Луддук", "Anna Keller"),
            ("артем", "Артём Ёлкин"),
            ("Müller", "Muller"),
            ("muller", "Jürgen Müller"),
            ("O'BRIEN", "o brien"),
            ("  keller  ", "Anna Keller"),
        ],
    )
    def test_finds(self, query, name):
        assert is_found(query, name)

    def test_finds_nothing_by_signs_alone(self):
        assert query_forms("%_'") == ("э", "e")
        assert query_forms("%_!") == ()

    def test_does_not_find_everybody(self):
        assert not is_found("keller", "Тамара Белова")


class TestFold:
    def test_is_the_same_for_what_reads_the_same(self):
        assert fold("Ёлка—ёлка") == fold("ЕЛКА елка")

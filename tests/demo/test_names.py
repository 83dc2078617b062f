"""Invented names: the same for the same code, each company's its own."""

from portal.demo import load, names

CODES = sorted(load._codes())


class TestCompanies:
    def test_each_have_a_name_of_their_own(self):
        found = names.companies(CODES)

        assert len(found) == len({one.name for one in found.values()}) == 352

    def test_are_named_alike_in_whatever_order_they_come(self):
        assert names.companies(CODES) == names.companies(CODES[::-1])

    def test_of_the_demos_own_people_have_plain_names(self):
        found = names.companies(CODES, first=(load.OUR_COMPANY, load.THE_RIVAL))

        for code in (load.OUR_COMPANY, load.THE_RIVAL):
            assert found[code] == names.company(code)

    def test_speak_several_languages(self):
        assert len({one.country for one in names.companies(CODES).values()}) >= 6


class TestTraveller:
    def test_always_has_the_same_name(self):
        assert names.traveller("94", 0, "ESP") == names.traveller("94", 0, "ESP")
        assert names.traveller("94", 0, "ESP") != names.traveller("94", 1, "ESP")

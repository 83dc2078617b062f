"""The catalogue tool on a small house of its own."""

import gettext
from pathlib import Path

import pytest

from tools import catalogues

VIEW = """
from flask_babel import gettext as _, ngettext
LABEL = _l("Tier")
def nights(n):
    return ngettext("%(num)d night", "%(num)d nights", n)
"""
TEMPLATE = "<h1>{{ _('Welcome, %(name)s', name=name) }}</h1>{% trans %}Your card{% endtrans %}"
NIGHTS = {0: "%(num)d ночь", 1: "%(num)d ночи", 2: "%(num)d ночей"}


@pytest.fixture
def house(tmp_path) -> Path:
    for room in ("stays", "web"):
        (tmp_path / "portal" / room).mkdir(parents=True)
        (tmp_path / "portal" / room / "__init__.py").touch()
    (tmp_path / "portal" / "stays" / "views.py").write_text(VIEW)
    (tmp_path / "templates" / "stays").mkdir(parents=True)
    (tmp_path / "templates" / "stays" / "page.html").write_text(TEMPLATE)
    (tmp_path / "templates" / "components").mkdir()
    (tmp_path / "templates" / "components" / "bar.html").write_text("{{ _('Skip to content') }}")
    return tmp_path


@pytest.fixture
def translated(house) -> Path:
    """The house with every sentence of `stays` translated."""
    catalogues.update("stays", house)
    _change(house, "Tier", msgstr="Уровень")
    _change(house, "Your card", msgstr="Ваша карта")
    _change(house, "Welcome, %(name)s", msgstr="Добро пожаловать, %(name)s")
    _change(house, "%(num)d night", msgstr_plural=NIGHTS)
    return house


def _change(house, msgid, room="stays", **values):
    catalogue = catalogues.pofile(str(catalogues.catalogue_path(room, house)))
    entry = catalogue.find(msgid)
    for name, value in values.items():
        setattr(entry, name, value)
    catalogue.save()


class TestUpdate:
    def test_gathers_python_and_templates_of_the_room(self, house):
        assert catalogues.update("stays", house) == 4

        msgids = [msgid for _, msgid in catalogues.read("stays", house)]
        assert msgids == ["%(num)d night", "Tier", "Welcome, %(name)s", "Your card"]

    def test_gives_the_components_to_web(self, house):
        catalogues.update("web", house)

        assert [msgid for _, msgid in catalogues.read("web", house)] == ["Skip to content"]

    def test_keeps_what_is_translated(self, translated):
        assert catalogues.update("stays", translated) == 0

    def test_writes_the_same_twice(self, translated):
        catalogues.update("stays", translated)
        first = catalogues.catalogue_path("stays", translated).read_bytes()

        catalogues.update("stays", translated)

        assert catalogues.catalogue_path("stays", translated).read_bytes() == first

    def test_takes_a_translation_along_when_a_sentence_moves(self, translated):
        (translated / "portal" / "web" / "views.py").write_text('LABEL = _("Tier")')

        catalogues.update("web", translated)

        assert catalogues.read("web", translated)["", "Tier"].msgstr == "Уровень"


class TestCheck:
    def test_is_silent_when_all_is_said(self, translated):
        assert list(catalogues.faults("stays", translated)) == []

    @pytest.mark.parametrize(
        ("msgid", "change", "fault"),
        [
            ("Tier", {"msgstr": ""}, "untranslated: 'Tier'"),
            ("Tier", {"flags": ["fuzzy"]}, "fuzzy: 'Tier'"),
            ("Welcome, %(name)s", {"msgstr": "Добро пожаловать, %(nmae)s"}, "placeholders differ"),
            ("Welcome, %(name)s", {"msgstr": "Добро пожаловать на 100 %, %(name)s"}, "a lone %"),
            ("%(num)d night", {"msgstr_plural": {**NIGHTS, 2: ""}}, "untranslated: '%(num)d night'"),
            ("%(num)d night", {"msgstr_plural": {**NIGHTS, 0: "ночь"}}, "placeholders differ"),
        ],
    )
    def test_names_what_is_wrong_with_a_translation(self, translated, msgid, change, fault):
        _change(translated, msgid, **change)

        assert [line for line in catalogues.faults("stays", translated) if fault in line]

    def test_names_what_is_missing_and_what_is_left_over(self, translated):
        (translated / "portal" / "stays" / "views.py").write_text('LABEL = _("Level")')

        lines = list(catalogues.faults("stays", translated))

        assert lines == ["missing: 'Level'", "left over: '%(num)d night'", "left over: 'Tier'"]

    def test_names_a_lone_percent_in_a_template(self, translated):
        (translated / "templates" / "stays" / "more.html").write_text(
            "{{ _('8 % off') }}{{ _('8 %% more') }}"
        )

        lines = [line for line in catalogues.faults("stays", translated) if "lone" in line]

        assert lines == ["a lone % in a template, write %%: '8 % off'"]

    @pytest.mark.parametrize(
        ("said", "is_fault"),
        [("До %(day)s.", True), ("До %(day)s. Потом", True), ("До %(day)s, потом", False)],
    )
    def test_names_a_second_full_stop_after_a_day(self, translated, said, is_fault):
        (translated / "templates" / "stays" / "until.html").write_text("{{ _('Until %(day)s.', day=day) }}")
        catalogues.update("stays", translated)
        _change(translated, "Until %(day)s.", msgstr=said)

        lines = [line for line in catalogues.faults("stays", translated) if "full stop" in line]

        assert bool(lines) is is_fault

    def test_names_two_translations_of_one_sentence(self, translated):
        (translated / "portal" / "web" / "views.py").write_text('LABEL = _("Tier")')
        catalogues.update("web", translated)
        assert list(catalogues.disagreements(translated)) == []

        _change(translated, "Tier", room="web", msgstr="Ранг")

        assert list(catalogues.disagreements(translated)) == [
            "'Tier' is translated in two ways: stays: Уровень; web: Ранг"
        ]


class TestCompile:
    def test_writes_what_gettext_reads(self, translated):
        assert catalogues.compile_room("stays", translated)

        with catalogues.catalogue_path("stays", translated).with_suffix(".mo").open("rb") as file:
            compiled = gettext.GNUTranslations(file)
        assert [compiled.ngettext("%(num)d night", "%(num)d nights", n) for n in (21, 22, 25)] == [
            "%(num)d ночь",
            "%(num)d ночи",
            "%(num)d ночей",
        ]

    def test_leaves_what_is_up_to_date(self, translated):
        catalogues.compile_room("stays", translated)

        assert not catalogues.compile_room("stays", translated)

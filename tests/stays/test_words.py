"""Every refusal has its sentence, and every sentence the values it prints."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from portal.stays.files.words import REFUSALS
from portal.stays.imports import rules
from portal.stays.imports.words import REFUSALS as IMPORT_REFUSALS
from portal.stays.imports.words import SOURCES, STATES, TAGS
from portal.stays.models import ImportRow, ImportState, Outcome, StayStatus
from portal.stays.rows import words
from portal.stays.rows.rules import Reason
from portal.stays.rules import Remark
from portal.stays.words import STATUSES
from portal.stays.workbooks import words as book_words

ROOM = Path(__file__).parents[2] / "portal" / "stays"
ALWAYS_THERE = {"field", "value"}
# How many rows are too many says who asks for them, and in its own words.
SAID_BY_THE_ASKER = {"too_many_rows"}


def raised(*names: str) -> Iterator[tuple[str, set[str]]]:
    """Code and values of every refusal of these kinds in the room's rules."""
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
            if is_call and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value, {keyword.arg for keyword in node.keywords}


def placeholders(sentence: object) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", str(sentence)))


@pytest.mark.parametrize("locale", ["en", "ru"])
class TestSentences:
    @pytest.mark.parametrize(
        ("names", "sentences", "given"),
        [
            (("RowFault", "Note"), words.REASONS | book_words.REASONS, ALWAYS_THERE),
            (("FileRefused",), REFUSALS | book_words.REFUSALS, set()),
        ],
    )
    def test_every_refusal_can_be_said(
        self, app: Flask, locale: str, names: tuple[str, ...], sentences: dict[str, object], given: set[str]
    ):
        found = [(code, values) for code, values in raised(*names) if code not in SAID_BY_THE_ASKER]

        with force_locale(locale):
            unsaid = [code for code, values in found if placeholders(sentences[code]) - values - given]
        assert len(found) > 10
        assert unsaid == []

    def test_a_row_is_said_with_its_values(self, app: Flask, locale: str):
        row = ImportRow(reason="too_long", details='{"values": {"field": "net", "found": 99, "limit": 9}}')

        with force_locale(locale):
            said = words.reason(row)

        assert "net" in said
        assert "99" in said


class TestEveryCode:
    @pytest.mark.parametrize(
        ("sentences", "codes"),
        [
            (words.OUTCOMES, [outcome.value for outcome in Outcome]),
            (words.REASONS, [value for name, value in vars(Reason).items() if name.isupper()]),
            (words.REMARKS, [value for name, value in vars(Remark).items() if name.isupper()]),
            (STATUSES, [status.value for status in StayStatus]),
            (STATES, [state.value for state in ImportState]),
            (TAGS, [state.value for state in ImportState]),
            (SOURCES, list(rules.ADAPTERS)),
            (IMPORT_REFUSALS, rules.ImportRefusal.__subclasses__()),
        ],
        ids=["outcomes", "reasons", "remarks", "statuses", "states", "tags", "sources", "refusals"],
    )
    def test_has_its_words(self, sentences: dict[object, object], codes: list[object]):
        assert [code for code in codes if code not in sentences] == []

"""Whatever is written down can be read: each action, subject and page has words in its room."""

import ast

import pytest

from tests.architecture.source import ROOT

RECORDERS = {"record": ("action", "subject_kind"), "record_sight": ("page",)}


def spoken():
    """What the sources hand to the audit, by the name of the argument."""
    found = {"action": set(), "subject_kind": set(), "page": set()}
    for path in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            for keyword in node.keywords:
                names = RECORDERS.get(getattr(node.func, "attr", ""), ())
                if keyword.arg in names and isinstance(keyword.value, ast.Constant):
                    found[keyword.arg].add(keyword.value.value)
            # A room's own helper takes the action first: `_record("booking.change", …)`.
            is_helper = getattr(node.func, "id", "") in {"_record", "_audit"} and node.args
            if is_helper and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                found["action"].add(node.args[0].value)
    return found


@pytest.mark.engines("sqlite")
class TestWords:
    def test_are_there_for_every_action(self, app):
        assert spoken()["action"] - set(app.extensions["registries"].audit_actions) == set()

    def test_are_there_for_every_subject(self, app):
        assert spoken()["subject_kind"] - set(app.extensions["registries"].audit_subjects) == set()

    def test_are_there_for_every_page_that_shows_a_person(self, app):
        assert spoken()["page"] - set(app.extensions["registries"].sight_pages) == set()

    def test_are_looked_for_where_they_are_said(self):
        found = spoken()

        assert {"role.give", "property.change", "audit.export"} <= found["action"]
        assert "person" in found["subject_kind"]

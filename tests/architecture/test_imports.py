"""The contracts of import-linter, each broken once: one that never bites guards nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

LINTER = Path(sys.executable).parent / "lint-imports"
BREACHES = {
    # floors
    "portal/accounts/queries.py": "import portal.surveys.results.queries",
    # kinds
    "portal/programme/earning/rules.py": "import portal.programme.books.queries",
    # nouns
    "portal/surveys/questionnaires/queries.py": "import portal.surveys.results.queries",
}


@pytest.fixture
def house(tmp_path):
    """A copy of what the linter reads."""
    shutil.copytree(ROOT / "portal", tmp_path / "portal", ignore=_not_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house):
    return subprocess.run(
        [LINTER, "--no-logo", "--no-cache"], cwd=house, capture_output=True, text=True, check=False
    ).stdout


def _not_python(place, names):
    return [name for name in names if not (Path(place) / name).is_dir() and not name.endswith(".py")]


def test_each_contract_bites(house):
    for path, line in BREACHES.items():
        with (house / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")

    assert "Contracts: 0 kept, 3 broken." in lint(house)

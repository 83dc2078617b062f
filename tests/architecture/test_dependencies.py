"""What is imported is asked for, and what is asked for is locked."""

import importlib.metadata
import re
import sys
import tomllib

from tests.architecture.source import ROOT, Source, nothing_in, sources

OURS = {"portal", "tests", "tools", "bench"}


def normal(name):
    """A distribution's name as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def distribution_of(requirement):
    return normal(re.match(r"[\w.-]+", requirement)[0])


def undeclared_imports(files, *, declared, providers):
    """Imports of packages that nobody asked for: they are there by chance, through another package.

    `providers` maps a module to the distributions that bring it.
    """
    faults = set()
    for source in files:
        for name, line in source.imports():
            module = name.split(".")[0]
            if not module or module in OURS or module in sys.stdlib_module_names:
                continue
            if not {normal(one) for one in providers.get(module, [module])} & declared:
                faults.add(f"{source.path}:{line} imports {module}, which pyproject.toml does not ask for")
    return sorted(faults)


def unlocked(declared, locked):
    return sorted(f"{name} is not in constraints.txt" for name in declared - locked)


def stated():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def run_time():
    # Brought by what is asked for and part of its interface; naming them would be a second place to change.
    brought = {
        "werkzeug",
        "jinja2",
        "markupsafe",
        "click",
        "itsdangerous",
        "alembic",
        "babel",
        "pydantic",
        "limits",
    }
    return {distribution_of(one) for one in stated()["project"]["dependencies"]} | brought


def for_everybody():
    groups = stated()["dependency-groups"].values()
    return run_time() | {"playwright"} | {distribution_of(one) for group in groups for one in group}


class TestDependencies:
    def test_of_the_portal_are_asked_for(self):
        build_only = {source.path for source in sources("portal") if source.path == "portal/assets.py"}
        files = [source for source in sources("portal") if source.path not in build_only]

        nothing_in(
            undeclared_imports(
                files, declared=run_time(), providers=importlib.metadata.packages_distributions()
            )
        )

    def test_of_tests_and_tools_are_asked_for(self):
        nothing_in(
            undeclared_imports(
                sources("tests", "tools"),
                declared=for_everybody(),
                providers=importlib.metadata.packages_distributions(),
            )
        )

    def test_are_locked(self):
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        locked = {distribution_of(line) for line in lines if "==" in line}

        nothing_in(unlocked(for_everybody(), locked))
        assert len(locked) == len(lines), "the lock holds names and versions, nothing else"


class TestTheGuardBites:
    def test_at_an_import_that_nobody_asked_for(self):
        files = [Source("portal/stays/rules.py", "import numpy\nimport re\nfrom portal import clock")]

        found = undeclared_imports(files, declared={"flask"}, providers={"numpy": ["numpy"]})

        assert found == ["portal/stays/rules.py:1 imports numpy, which pyproject.toml does not ask for"]
        assert undeclared_imports(files, declared={"numpy"}, providers={"numpy": ["numpy"]}) == []

    def test_at_a_version_that_is_not_locked(self):
        assert unlocked({"flask", "numpy"}, {"flask"}) == ["numpy is not in constraints.txt"]

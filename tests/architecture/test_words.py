"""What is never written into the project: hosts it must not know, machines, unfinished business."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, nothing_in

SUFFIXES = {
    ".py",
    ".html",
    ".txt",
    ".css",
    ".js",
    ".toml",
    ".md",
    ".sh",
    ".po",
    ".json",
    ".ini",
    ".mako",
    ".cfg",
    "",
}
NOT_OURS = {".git", ".venv", "instance", "__pycache__", "dist", "test-results", ".hypothesis"}
THIS_FILE = "tests/architecture/test_words.py"
FORBIDDEN = {
    "a package registry": re.compile(r"\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|deb\.debian\.org)\b"),
    "an index address": re.compile(r"--(extra-)?index-url|--find-links|@ file:"),
    "a path of one machine": re.compile(r"(?<![\w.*])/(home|Users|root|work|opt|mnt)/\w"),
    "unfinished business": re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"),
    "an exception without its reason": re.compile(r"#\s*noqa(?!:[^#]* -- )"),
    "a merge that was not finished": re.compile(r"^(<{7}|>{7}) ", re.MULTILINE),
}


def unwanted_words(files):
    """`files` maps a path to its text."""
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1} {what}: {match[0]}"
        for path, text in files.items()
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(text)
    ]


def project_files():
    paths = [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and path.suffix in SUFFIXES
        and not NOT_OURS & set(path.relative_to(ROOT).parts)
        and not any(part.endswith("_cache") for part in path.relative_to(ROOT).parts)
    ]
    return {path.relative_to(ROOT).as_posix(): _text(path) for path in paths}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


class TestTheProject:
    def test_says_nothing_unwanted(self):
        files = project_files()
        assert files.pop(THIS_FILE)

        nothing_in(unwanted_words(files))


class TestTheGuardBites:
    @pytest.mark.parametrize(
        "text",
        [
            "see pypi.org/project/flask",
            "pip install --index-url x",
            "open('/home/anna/data')",
            "# TODO: later",
            "import a  # noqa: F401",
            "import a  # noqa",
            "<<<<<<< HEAD\n",
        ],
    )
    def test_at_each(self, text):
        assert len(unwanted_words({"a.py": text})) == 1

    def test_but_not_at_an_exception_with_its_reason(self):
        assert unwanted_words({"a.py": "import a  # noqa: F401 -- re-exported"}) == []

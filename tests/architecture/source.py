"""The project's own files, as the guards read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
EDGES = ("views", "api", "cli", "handlers")
KINDS = (*EDGES, "access", "forms", "actions", "emails", "words", "queries", "rules", "models")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, eq=False)
class Source:
    """One Python file: where it is and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @property
    def kind(self) -> str:
        """The kind of file within its room: `views`, `actions` …"""
        return Path(self.path).stem

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def calls(self) -> Iterator[tuple[str, int]]:
        """Every call as its dotted name and line: `db.session.commit`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield dotted(node.func), node.lineno

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every imported name, dotted, and its line: `flask.request`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield alias.name, node.lineno
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    yield f"{'.' * node.level}{node.module or ''}.{alias.name}", node.lineno


def dotted(node: ast.expr) -> str:
    """`a.b.c` of such an expression; what is not a name is a question mark."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return "?"


def body_lines(function: Function) -> int:
    """How long a function is from its `def` to its end; its docstring is not counted."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


@cache
def sources(*folders: str, root: Path = ROOT) -> list[Source]:
    """The Python files below these folders."""
    paths = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    return [Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def templates(root: Path = ROOT) -> list[Source]:
    """The templates; `tree` means nothing for them."""
    paths = sorted(path for path in (root / "templates").rglob("*") if path.is_file())
    return [Source(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def nothing_in(faults: list[str]) -> None:
    """Fail with every fault on a line of its own."""
    assert not faults, "\n" + "\n".join(faults)

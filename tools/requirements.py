#!/usr/bin/env python3
"""Print what pyproject.toml asks for: the project's dependencies and those of the named groups.

    tools/requirements.py [GROUP…]

Only the standard library is used: this runs before anything is installed. The versions come from
constraints.txt, which `pip install -c constraints.txt` is given beside this list.
"""

import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def requirements(groups: list[str], project: Path = PROJECT) -> list[str]:
    """The requirements, in the order in which the project states them."""
    stated = tomllib.loads(project.read_text(encoding="utf-8"))
    found = list(stated["project"]["dependencies"])
    for group in groups:
        found.extend(stated["dependency-groups"][group])
    return found


if __name__ == "__main__":
    print("\n".join(requirements(sys.argv[1:])))

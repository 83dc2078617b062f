"""Measure the portal in ratios, each against a baseline of the same run.

    bin/bench [pages] [import [--file FILE]] [work] [ledger]      without a name: everything

Pages: each main page against an empty page of the same layout, at most 6 x, with at most 30 statements.
Import: all rows against parsing them and bare inserts of the same rows, at most 10 x. Work: the worker
against the two durable commits of each job. Ledger: its verification against reading and hashing the same
rows. Exit code 1 when a limit is passed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import imports, ledger, pages, work

PARTS = ("pages", "import", "work", "ledger")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--file", type=Path, help="the published data set; without it one as long is made")
    asked = parser.parse_args()
    parts = asked.parts or PARTS
    fits = True
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as directory:
        if "pages" in parts:
            fits &= pages.measure(Path(directory))
        if "import" in parts:
            fits &= imports.measure(Path(directory), asked.file)
        if "work" in parts:
            fits &= work.measure(Path(directory))
        if "ledger" in parts:
            fits &= ledger.measure(Path(directory))
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())

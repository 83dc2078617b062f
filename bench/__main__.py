"""Measure the portal in ratios, each against a baseline of the same run.

    bin/bench [pages] [import [--file FILE]] [work] [ledger] [papers] [rehearsal] [redemptions]
              [registrations] [posting] [night] [killed] [summaries] [hostile]

Without a name: everything.

Pages: each main page against an empty page of the same layout, at most 6 x, with at most 30 statements.
Import: all rows against parsing them and bare inserts of the same rows, at most 10 x. Work: the worker
against the two durable commits of each job. Ledger: its verification against reading and hashing the same
rows. Papers: the relationship report as the worker prints it against WeasyPrint alone, at most 2 x.
Rehearsal: one draft over two years of all bookings against reading and summing them, at most 30 x.
Redemptions: through the actions on PostgreSQL against pgbench saying the same statements, at least 25 %.
Registrations: for one event over HTTP on PostgreSQL against the driver saying the same statements, at least
3 %.
Posting: the demo's bookings played into the ledger against bare inserts of the same rows, at least 25 % on
PostgreSQL.
Night: a million lots and 20,000 accounts played on to a new day against reading those rows once, at most 5 x.
Killed: two hundred times kill -9 of the web process and the worker under load, and nothing lost or doubled.
Summaries: dashboards and statements over one and ten million rows of the ledger, on both databases, at most
1.2 x.
Hostile: ten thousand requests that no honest browser sends, over every form and on both databases; none may
meet a fault of ours or change anything. Exit code 1 when a limit is passed.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import (
    hostile,
    imports,
    killed,
    ledger,
    night,
    pages,
    papers,
    posting,
    redemptions,
    registrations,
    rehearsal,
    summaries,
    work,
)

PARTS = {
    "pages": pages.measure,
    "import": imports.measure,
    "work": work.measure,
    "ledger": ledger.measure,
    "papers": papers.measure,
    "rehearsal": rehearsal.measure,
    "redemptions": redemptions.measure,
    "registrations": registrations.measure,
    "posting": posting.measure,
    "night": night.measure,
    "killed": killed.measure,
    "summaries": summaries.measure,
    "hostile": hostile.measure,
}
READ_A_FILE = {"import", "rehearsal"}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--file", type=Path, help="the published data set; without it one as long is made")
    asked = parser.parse_args()
    fits = True
    with tempfile.TemporaryDirectory(prefix="rapport-bench-") as directory:
        for name, measure in PARTS.items():
            if not asked.parts or name in asked.parts:
                more = (asked.file,) if name in READ_A_FILE else ()
                fits &= measure(Path(directory), *more)
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Cut the rows that have a company out of the published hotel bookings, for the demo.

    tools/make_demo_subset.py hotel_bookings.csv.gz portal/demo/hotel_bookings_companies.csv.gz

Columns and order stay as they are, and the same input gives the same bytes.
"""

import csv
import gzip
import hashlib
import io
import sys
from pathlib import Path

COMPANY = "company"
NO_COMPANY = frozenset({"", "NULL"})


def main(source: Path, target: Path) -> None:
    """Write the subset and say what it holds."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    kept = 0
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        writer.writerow(header)
        place = header.index(COMPANY)
        for row in rows:
            if row[place] not in NO_COMPANY:
                writer.writerow(row)
                kept += 1
    # Neither a time nor a file name inside: the same rows are the same file.
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    target.write_bytes(packed)
    print(f"{kept:,} rows, {len(packed):,} bytes, sha256 {hashlib.sha256(packed).hexdigest()}")


if __name__ == "__main__":
    if len(sys.argv) != 3:  # noqa: PLR2004 -- two paths
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Cut the bookings that companies made out of the full data set; the same bytes every time.

    python tools/make_demo_subset.py hotel_bookings.csv.gz portal/demo/hotel_bookings_companies.csv.gz

The full file is the one described in portal/demo/README.md.
"""

import csv
import gzip
import io
import sys
from pathlib import Path


def main(source: Path, target: Path) -> None:
    text = io.StringIO(newline="")
    with gzip.open(source, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        writer = csv.DictWriter(text, rows.fieldnames or (), lineterminator="\n")
        writer.writeheader()
        kept = [row for row in rows if row["company"] not in {"", "NULL"}]
        writer.writerows(kept)
    target.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))
    print(f"{len(kept)} bookings of {len({row['company'] for row in kept})} companies")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

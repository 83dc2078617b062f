"""Orders opened to their sums: each line's net price and what earns, and the sheets of price and points."""

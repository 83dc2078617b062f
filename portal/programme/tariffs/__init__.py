"""Rules as plain tables, for sums over a whole year of every account."""

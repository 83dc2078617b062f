"""What the points outstanding would cost, when they expire, and what finance books at the end of a month."""

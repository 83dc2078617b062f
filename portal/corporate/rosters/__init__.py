"""A company's people from a file: shown row by row first, then invited, or given a card."""

"""A person's own score: explained, contestable, never pay or rank; its standards are dated data."""

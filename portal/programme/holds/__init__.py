"""Points set aside, spent, given back: one movement of one account at a time."""

"""Planning a path: to which tier, for which day."""

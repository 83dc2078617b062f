"""Which tier a company has, what it lacks for the next one, and the monthly review."""

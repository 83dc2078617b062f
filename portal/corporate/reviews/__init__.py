"""The yearly review of a company's account: when it is due, what it looks at, and what came of it."""

"""The monthly statement of an account: what it had, what moved and why, what it has, what expires."""

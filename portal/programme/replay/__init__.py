"""Playing an account's past under several sets of rules at once: only what a comparison needs."""

"""The ledger as a reader sees it: each movement with what it was about."""

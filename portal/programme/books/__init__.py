"""The ledger read back: what dies when, and whether lots and balances are what the entries add up to."""

"""Points that no stay and no order earned: put into an account's ledger, and taken back."""

"""Entries of the ledger, sealed one onto the other."""

"""The points of a replay, which has no ledger."""

"""The ledger in a file, which an auditor checks without the portal's database."""

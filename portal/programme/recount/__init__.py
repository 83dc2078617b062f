"""The months counted anew from the ledger, and the seals over them: whether they still hold."""

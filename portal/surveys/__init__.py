"""Asking the guest, rarely: reserved for the second half of the loop, and empty until its first question."""

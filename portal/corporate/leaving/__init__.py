"""Somebody leaves a company: access ends at once, and what is still to come is handed over."""

"""Documents that take longer than a page may: ordered, printed by the worker, kept for some days."""

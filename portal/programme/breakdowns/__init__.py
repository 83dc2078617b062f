"""What the figures of a statement are made of: the lots at an entry, and the orders of a month."""

"""The four classic scheme types, as templates over the same rules."""

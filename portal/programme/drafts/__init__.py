"""Drafts of the rules: begun from a version or a scheme, edited section by section."""

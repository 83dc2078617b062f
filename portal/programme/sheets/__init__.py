"""Derivation sheets: how a figure came about, and that it comes out the same when it is done again."""

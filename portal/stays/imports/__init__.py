"""Imports: a file is previewed, every row is accounted for, then it is accepted as a whole."""

"""Rehearsals: a draft of the rules is replayed over past stays before it can be published."""

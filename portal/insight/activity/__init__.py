"""Silence, frequency and stage: whether a client is awake, and how far the relationship has come. Pure."""

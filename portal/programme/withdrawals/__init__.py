"""Versions that are withdrawn before they begin: asked for by one person, agreed to by another."""

"""Rapport: a hotel group earns its corporate clients' loyalty by earning its staff's first."""

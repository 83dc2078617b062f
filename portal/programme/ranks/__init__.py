"""Tiers beside one another across versions: what each is called, and which follows one that is gone."""

"""Stays as last told: written in bulk, one version after another."""

"""Stays and bookings played in the order of their days."""

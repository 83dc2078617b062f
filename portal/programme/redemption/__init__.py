"""Paying with points: how many, how much of a bill, what it leaves."""

"""Accounts as those who look after the programme see them: stays, tier and points side by side."""

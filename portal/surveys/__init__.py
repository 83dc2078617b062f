"""Asking the guest, rarely: what is asked, who is asked, what they answered, what is done about it."""

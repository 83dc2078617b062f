"""The closed loop: a low score becomes a case with a deadline, what was done, and the guest's second word."""

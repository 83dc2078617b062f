"""The programme: its rules, what they make of stays and bookings, standing and the points ledger."""

"""The demo group: real bookings of two hotels, with invented names; nothing here runs in production."""

"""What clients bought: stays that were checked out, and bookings that were delivered."""

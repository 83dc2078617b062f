"""Where an account will stand at a review: what is paid, what is booked, and what its past lets expect."""

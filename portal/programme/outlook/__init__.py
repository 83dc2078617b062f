"""Where an account will stand at a review: what is sure, what is booked, and what its past lets expect."""

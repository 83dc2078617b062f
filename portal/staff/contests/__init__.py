"""An event that somebody finds wrong: contested with a reason, decided by a second person in time."""

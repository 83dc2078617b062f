"""Where an account stands between two days of play: all that is stored, and all that is needed to go on."""

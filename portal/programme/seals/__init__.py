"""What all chains ended on at one instant, so that a cut tail is noticed."""

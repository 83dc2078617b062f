"""Points given by hand: within limits, for a reason, with evidence; above the limits by two people."""

"""What changes between two versions of the rules."""

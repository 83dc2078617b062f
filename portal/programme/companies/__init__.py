"""What the pages of one company share."""

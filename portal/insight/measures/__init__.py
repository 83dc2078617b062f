"""The measures of a relationship: length, breadth, depth. Pure."""

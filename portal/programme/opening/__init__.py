"""What companies bring along from an earlier programme: lots of points with their own dates, and a tier."""

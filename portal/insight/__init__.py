"""What managers look at: the relationship with one client, and the house as its GM sees it."""

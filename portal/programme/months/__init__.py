"""The months of the books: what was issued, spent and expired in each, rolled up and closed."""

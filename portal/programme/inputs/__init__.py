"""Fields of forms that hold what the rules hold: shares in basis points, money in cents, lists of days."""

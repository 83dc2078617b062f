"""The points of one account: lots, holds and the entries that change them."""

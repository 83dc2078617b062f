"""The pages of the programme as a whole, as tabs of one another."""

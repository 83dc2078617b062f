"""Bills behind points: a stay's folio lines, which of them earn, and what they add up to."""

"""On which days the tiers are reviewed."""

"""What the tiers are called: a version names its own."""

"""What a person's work came to, event by event: promises kept or broken, and what guests said of it."""

"""Whether a new version takes nothing from anybody."""

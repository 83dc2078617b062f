"""The published hotel booking demand data: one row is one stay, without a booking number."""

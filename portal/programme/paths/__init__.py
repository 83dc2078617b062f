"""The way to a tier that costs least: nights, and at which hotel; event spend; any spend; by which day."""

"""How many points a folio or a booking earns, and when they live."""

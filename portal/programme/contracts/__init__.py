"""Net rates that a contract with a company agrees, by hotel, kind of room and days."""

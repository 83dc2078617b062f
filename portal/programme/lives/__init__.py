"""When lots die: their last day as of an entry, whatever moved it later."""

"""How many of the points outstanding will never be used: an estimate with its interval."""

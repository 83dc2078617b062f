"""Points for a promise that was not kept."""

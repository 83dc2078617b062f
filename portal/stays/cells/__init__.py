"""One cell of a file, as people of several countries write it."""

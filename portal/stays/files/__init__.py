"""A file as it was sent: packed or not, in whatever alphabet and with whatever separators."""

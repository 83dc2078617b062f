"""What columns, statuses and categories are called in the files of several countries."""

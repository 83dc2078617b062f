"""What hotel systems tell us: files read row by row, imports, stays and their folio lines."""

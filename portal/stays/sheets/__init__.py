"""What a workbook unpacks to, looked through before anything reads it."""

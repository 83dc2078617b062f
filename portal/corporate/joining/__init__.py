"""The page on which a company asks to join, open to everybody, and the page behind the link."""

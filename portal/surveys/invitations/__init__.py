"""Who is asked, when, about what; and who is left alone."""

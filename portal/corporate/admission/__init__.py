"""Who may join the programme: the questions, what is expected, the terms; versions, as data."""

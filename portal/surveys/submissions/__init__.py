"""The survey behind a link: answered question by question, kept at each, submitted once."""

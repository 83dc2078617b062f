"""Reading a version of the rules from plain data, field by field."""

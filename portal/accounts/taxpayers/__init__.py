"""Tax numbers of companies, by the rules of their countries."""

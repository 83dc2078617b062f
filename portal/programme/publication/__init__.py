"""Publication: two people make a draft a version; versions are read and compared."""

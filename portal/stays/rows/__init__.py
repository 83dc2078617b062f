"""The rows of an import: read, judged, and every one of them accounted for."""

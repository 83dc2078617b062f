"""Parent companies and their subsidiaries: linked when both have agreed, read by the parent."""

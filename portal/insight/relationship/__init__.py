"""The relationship with one client: its measures beside its peers', its stage, and its report."""

"""A head's team: what changed and who needs a word; never more of a person than they see themselves."""

"""How long a new address may wait to be confirmed."""

from datetime import timedelta

LINK_LIFE = timedelta(hours=24)

"""Doing a stored derivation again."""

import json
from collections.abc import Mapping
from typing import Any

from portal.derivation import recompute


def comes_out_the_same(stored: Mapping[str, Any]) -> bool:
    """Whether a derivation, done again from its own inputs, gives what is stored: every step of it."""
    return _canonical(recompute(stored).to_json()) == _canonical(stored)


def _canonical(plain: Mapping[str, Any]) -> str:
    # Lists and tuples are the same once they have been in a database.
    return json.dumps(plain, sort_keys=True)

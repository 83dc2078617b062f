"""A derivation is stored, then done again from what was stored."""

import json

from portal import derivation


def recomputed(result):
    """Store a result, do it again from what was stored, and compare."""
    stored = json.loads(json.dumps(result.to_json()))
    again = derivation.recompute(stored)
    assert again.value == result.value
    assert again.steps == result.steps
    assert again.to_json() == stored
    return again

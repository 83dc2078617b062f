"""A result together with how it came about.

Every price, point, tier and score in Rapport is computed by a pure function that returns
`Derived[T]`: the value, the rule that made it, the version of the programme, the inputs and
the steps in order. The derivation is stored beside the result as JSON and shown behind a
"why?" in the reader's language. Recomputing it from its own inputs must give the same value:
`recompute` does just that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeAlias, TypeVar

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., "Derived[Any]"])

_recipes: dict[str, Callable[..., "Derived[Any]"]] = {}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the arithmetic.

    `code` names a sentence in the room's `words.py`; `values` fills it. The suffix of a value's
    name tells how it is printed: `_cents` money, `_bp` percent, `_centi` hundredths, `_points`,
    `_nights`, `_date`, `_at` an instant.
    """

    code: str
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Derived(Generic[T]):
    """A value, and the rule, version, inputs and steps that led to it."""

    value: T
    rule: str
    version: int
    inputs: Mapping[str, Json]
    steps: tuple[Step, ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the version calls its own codes, language by language; they decide nothing."""

    def to_json(self) -> dict[str, Json]:
        stored: dict[str, Json] = {
            "rule": self.rule,
            "version": self.version,
            "inputs": dict(self.inputs),
            "steps": [{"code": step.code, "values": dict(step.values)} for step in self.steps],
        }
        if self.names:
            stored["names"] = {code: dict(name) for code, name in self.names.items()}
        return stored


class UnknownRule(LookupError):
    """A stored derivation names a rule that no longer exists."""


def recipe(rule: str) -> Callable[[F], F]:
    """Register the function that recomputes derivations of `rule` from their stored inputs.

    The function is called as `function(version=…, **inputs)`.
    """

    def register(function: F) -> F:
        _recipes[rule] = function
        return function

    return register


def recompute(stored: Mapping[str, Any]) -> Derived[Any]:
    """Do a stored derivation again from its own inputs."""
    try:
        function = _recipes[stored["rule"]]
    except KeyError as error:
        raise UnknownRule(stored["rule"]) from error
    again = function(version=stored["version"], **stored["inputs"])
    return replace(again, names=stored["names"]) if stored.get("names") else again

"""Tax numbers: normalised as their country writes them, checked where it has rules that can be checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from stdnum.exceptions import ValidationError
from stdnum.util import get_cc_module

FEWEST, MOST = 4, 30
NOT_KEPT = re.compile(r"[^0-9A-Z&Ñ]")
OTHERS = {
    "DE": ("de.stnr",),
    "FR": ("fr.siren", "fr.siret"),
    "IT": ("it.codicefiscale",),
    "SE": ("se.orgnr",),
    "UA": ("ua.edrpou",),
    "US": ("us.ein",),
}
"""What a company may write besides the number it has for VAT, by country."""


class TaxNumberWrong(Exception):
    """It is none of the country's tax numbers: of another length, or its check digits do not fit."""


@dataclass(frozen=True, slots=True)
class TaxNumber:
    """A number as it is kept and compared; `checked_by` is the rule that found it right, or nothing."""

    number: str
    checked_by: str = ""


def read_tax_number(typed: str, *, country: str) -> TaxNumber:
    """The tax number in what was typed, for a country of ISO 3166. Raises `TaxNumberWrong`.

    A country whose numbers nobody can check keeps what was typed, without its punctuation.
    """
    modules = list(_modules(country))
    for module in modules:
        try:
            number = module.validate(typed)
        except ValidationError:
            continue
        return TaxNumber(NOT_KEPT.sub("", str(number).upper()), module.__name__.removeprefix("stdnum."))
    kept = NOT_KEPT.sub("", typed.upper())
    if modules or not FEWEST <= len(kept) <= MOST or not any(sign.isdigit() for sign in kept):
        raise TaxNumberWrong
    return TaxNumber(kept)


def spellings(number: str, *, country: str) -> tuple[str, ...]:
    """How hotel systems may have written the same number: with and without the country before it."""
    return (number, f"{country}{number}", f"{country} {number}")


def _modules(country: str) -> Iterator[Any]:
    for_vat = get_cc_module(country.lower(), "vat")
    if for_vat is not None:
        yield for_vat
    for name in OTHERS.get(country, ()):
        yield import_module(f"stdnum.{name}")

"""Keys under which a name can be found, whatever alphabet or keyboard layout it is typed in."""

import unicodedata

import iuliia
from anyascii import anyascii

_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю."
_TO_RUSSIAN = str.maketrans(_LATIN_KEYS, _RUSSIAN_KEYS)
_TO_LATIN = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)


def fold(text: str) -> str:
    """Lower case, ё as е, letters and digits only, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


def search_key(text: str) -> str:
    """All the forms under which a text shall be found; stored beside it."""
    forms = (
        fold(text),
        fold(iuliia.ICAO_DOC_9303.translate(text)),
        fold(anyascii(text)),
    )
    return " ".join(dict.fromkeys(forms))


def query_forms(query: str) -> tuple[str, ...]:
    """What a query may have meant: as typed, and as typed in the other keyboard layout."""
    lowered = query.casefold()
    forms = (
        fold(query),
        fold(lowered.translate(_TO_RUSSIAN)),
        fold(lowered.translate(_TO_LATIN)),
        fold(anyascii(query)),
    )
    return tuple(form for form in dict.fromkeys(forms) if form)

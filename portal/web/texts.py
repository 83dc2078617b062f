"""Content that the hotel writes has its text per language: `{"en": …, "ru": …}`."""

from collections.abc import Mapping
from typing import Any

FALLBACKS = ("en", "ru")


def in_language(texts: Mapping[str, Any], locale: str) -> str:
    """The text in the reader's language, else in the first language that has it."""
    for language in (locale, *FALLBACKS):
        if texts.get(language):
            return str(texts[language])
    return ""

"""What is said of a weak password. The keys are zxcvbn's own sentences, the values ours."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.people.passwords.rules import MINIMUM_CHARACTERS, TOO_SHORT, WeakPassword

FEEDBACK: dict[str, LazyString] = {
    "Add another word or two. Uncommon words are better.": _l(
        "Add another word or two. Uncommon words are better."
    ),
    "Capitalization doesn't help very much.": _l("Capital letters hardly help."),
    "Reversed words aren't much harder to guess.": _l("Words spelt backwards are hardly harder to guess."),
    "Predictable substitutions like '@' instead of 'a' don't help very much.": _l(
        "Usual replacements such as @ for a hardly help."
    ),
    "Use a few words, avoid common phrases.": _l("Use a few words, avoid common phrases."),
    "No need for symbols, digits, or uppercase letters.": _l(
        "No need for symbols, digits, or uppercase letters."
    ),
    "Straight rows of keys are easy to guess.": _l("Straight rows of keys are easy to guess."),
    "Short keyboard patterns are easy to guess.": _l("Short keyboard patterns are easy to guess."),
    "This is a top-10 common password.": _l("This is one of the ten most common passwords."),
    "This is similar to a commonly used password.": _l("This is similar to a commonly used password."),
    "A word by itself is easy to guess.": _l("A word by itself is easy to guess."),
    "All-uppercase is almost as easy to guess as all-lowercase.": _l(
        "All capitals are almost as easy to guess as all small letters."
    ),
    "Use a longer keyboard pattern with more turns.": _l("Use a longer keyboard pattern with more turns."),
    'Repeats like "aaa" are easy to guess.': _l("Repeats such as “aaa” are easy to guess."),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _l(
        "Repeats such as “abcabcabc” are hardly harder to guess than “abc”."
    ),
    "This is a top-100 common password.": _l("This is one of the hundred most common passwords."),
    "This is a very common password.": _l("This is a very common password."),
    "Names and surnames by themselves are easy to guess.": _l(
        "Names and surnames by themselves are easy to guess."
    ),
    "Common names and surnames are easy to guess.": _l("Common names and surnames are easy to guess."),
    "Avoid repeated words and characters.": _l("Avoid repeated words and characters."),
    'Sequences like "abc" or "6543" are easy to guess.': _l(
        "Sequences such as “abc” or “6543” are easy to guess."
    ),
    "Avoid sequences.": _l("Avoid sequences."),
    "Recent years are easy to guess.": _l("Recent years are easy to guess."),
    "Dates are often easy to guess.": _l("Dates are often easy to guess."),
    "Avoid recent years.": _l("Avoid recent years."),
    "Avoid years that are associated with you.": _l("Avoid years that are associated with you."),
    "Avoid dates and years that are associated with you.": _l(
        "Avoid dates and years that are associated with you."
    ),
}


def why_weak(refusal: WeakPassword) -> str:
    """One line: what is wrong with the password, and what would help."""
    if refusal.warning == TOO_SHORT:
        return _("Too short: use at least %(count)s characters.", count=MINIMUM_CHARACTERS)
    sentences = [FEEDBACK[code] for code in (refusal.warning, *refusal.suggestions) if code in FEEDBACK]
    return " ".join(str(sentence) for sentence in [_("Too easy to guess."), *sentences])
